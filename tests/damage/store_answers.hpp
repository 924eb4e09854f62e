// SPDX-License-Identifier: MIT
// Everything a store says through its public interface, as a value: asked before and after damage,
// the two have to be equal wherever nothing was reported. One thread.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "ckptlite/store.hpp"

namespace ckptlite::test {

/// What was said, a line for each fact; and what was thrown instead.
struct Answers {
    std::vector<std::string> facts{};
    std::vector<std::string> errors{};

    friend bool operator==(const Answers&, const Answers&) = default;
};

/// Runs, checkpoints by several filters, the best, leaves with their statistics, metric names and
/// histories. Tensors are not read. Throws what is no ckptlite::Error.
Answers answers_of(const Store& store);

/// Each checkpoint's tree by the checkpoint's id. Throws.
std::map<std::int64_t, Tree> trees_of(const Store& store);

}  // namespace ckptlite::test
