// SPDX-License-Identifier: MIT
// SQLite's result codes as ckptlite errors: the one place where the translation is written.
#pragma once

#include <string>
#include <string_view>

namespace SQLite {
class Exception;
}

namespace ckptlite::db {

/// `code` is an extended result code, `said` what SQLite says of it. Throws Busy, Corrupt,
/// NotACheckpointFile, NeedsRecovery, IoError or std::bad_alloc.
[[noreturn]] void throw_error(int code, std::string_view said, const std::string& file);

[[noreturn]] void throw_error(const SQLite::Exception& error, const std::string& file);

}  // namespace ckptlite::db
