// SPDX-License-Identifier: MIT
// What whole numbers an argument takes. A pure function; any thread.
#pragma once

#include <CLI/CLI.hpp>
#include <cstdint>

namespace ckptlite::cli {

/// `least` or more. CLI11's own check speaks of the largest double, and without one it takes -1 for
/// the largest unsigned number.
CLI::Validator at_least(std::int64_t least);

}  // namespace ckptlite::cli
