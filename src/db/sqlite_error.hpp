// SPDX-License-Identifier: MIT
// SQLite's result codes as ckptlite errors: the one place where the translation is written.
#pragma once

#include <string>
#include <string_view>

namespace SQLite {
class Exception;
}

namespace ckptlite::db {

class Connection;

/// `code` is an extended result code, `said` what SQLite says of it, `system_error` the errno
/// behind it or 0. Throws Busy, Corrupt, NotACheckpointFile, NeedsRecovery, DiskFull, IoError or
/// std::bad_alloc.
[[noreturn]] void throw_error(int code, std::string_view said, const std::string& file,
                              int system_error = 0);

/// Of a connection that could not be opened.
[[noreturn]] void throw_error(const SQLite::Exception& error, const std::string& file);

/// Of the connection's last call, which gave `code`.
[[noreturn]] void throw_error(int code, const Connection& connection);

/// The file is not where it was when it was opened.
[[noreturn]] void throw_moved(const std::string& file);

}  // namespace ckptlite::db
