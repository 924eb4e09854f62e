// SPDX-License-Identifier: MIT
// Opens the file a command names.
#pragma once

#include "ckptlite/store.hpp"
#include "cli/command.hpp"

namespace ckptlite::cli {

/// Never makes a file. If a crash left a write half done, it is rolled back, which stderr says; not
/// if untrusted. Throws what Store throws.
Store open_store(const CommonArguments& arguments);

/// Never writes. If a crash left a write half done, throws NeedsRecovery that says what to do.
Store open_read_only(const CommonArguments& arguments);

/// Makes the file if there is none. Throws what Store throws.
Store open_or_make(const CommonArguments& arguments);

/// For commands that change it; rolls back what a crash left half done. Throws what Store throws.
Store open_for_writing(const CommonArguments& arguments);

}  // namespace ckptlite::cli
