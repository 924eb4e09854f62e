// SPDX-License-Identifier: MIT
// The exit codes of the `ckptlite` command, and which error leads to which. docs/CLI.md promises
// them to scripts. Pure functions: safe from any thread.
#pragma once

#include "ckptlite/error.hpp"

namespace ckptlite::cli {

/// Seen by scripts: never renumber.
enum class ExitCode : int {
    ok = 0,
    damaged_or_not_found = 1,  ///< and whatever has no code of its own, such as a failing disk
    different = 1,             ///< of `diff --exit-code` alone
    usage = 2,
    not_a_checkpoint_file = 3,
    unsupported_version = 4,
    busy = 5,
};

ExitCode exit_code_of(ErrorCode code) noexcept;

}  // namespace ckptlite::cli
