// SPDX-License-Identifier: MIT
// What `ckptlite diff` prints: for people, and as JSON with the shape that docs/CLI.md says. To
// stdout, from one thread.
#pragma once

#include <string>

#include "ckptlite/diff.hpp"

namespace ckptlite::cli {

struct ComparedCheckpoint {
    std::string file{};
    CheckpointInfo info{};
};

/// `all`: with the leaves that are the same.
void print_diff(const ComparedCheckpoint& a, const ComparedCheckpoint& b, const DiffReport& report,
                bool all);
void print_diff_json(const ComparedCheckpoint& a, const ComparedCheckpoint& b,
                     const DiffReport& report, bool all);

}  // namespace ckptlite::cli
