// SPDX-License-Identifier: MIT
// Writes what a command made to a new file, or to stdout. One thread.
#pragma once

#include <string>
#include <string_view>

#include "ckptlite/error.hpp"

namespace ckptlite::cli {

/// Throws AlreadyExists if there is something called `out` and `force` is not given. To be called
/// before the work, so that nobody waits for nothing.
void require_new(const std::string& out, bool force);

/// Writes to a file of a temporary name in the same folder, which gets its name when it is whole,
/// in the place of an older one only if `force` is given. "-" is stdout.
void write_output(const std::string& out, std::string_view text, bool force);

}  // namespace ckptlite::cli
