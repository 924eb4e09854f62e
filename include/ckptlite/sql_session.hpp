// SPDX-License-Identifier: MIT
// SQL on a ckptlite file, with the functions of docs/SQL_FUNCTIONS.md: tensors inside SQL.
//
// A session belongs to one thread at a time; several sessions and a Store may have the same file.
// After fork() run() throws WrongProcess in the child, and the destructor leaves the file alone.
// Whatever the file holds, the answer is what is stored or an Error.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "ckptlite/visibility.hpp"

namespace CKPTLITE_API ckptlite {

struct SqlOptions {
    /// Statements may change the file. What they change by hand, ckptlite verify reports.
    bool write = false;
    /// The file is from a stranger: see Trust::untrusted. Never with `write`. The limits on
    /// statements and programs hold for yours, too.
    bool untrusted = false;
    /// Symbolic links are refused unless asked for.
    bool follow_symlinks = false;
    /// How long a statement waits for a lock.
    std::chrono::milliseconds timeout = std::chrono::seconds(5);
};

/// NULL is std::monostate. A text may hold NUL and, in a damaged file, what is no UTF-8.
using SqlValue =
    std::variant<std::monostate, std::int64_t, double, std::string, std::vector<std::byte>>;

/// What a query gives, as it comes. What these throw ends the query; empty ones are not called.
struct SqlOutput {
    /// Once for each statement that has columns, before its rows.
    std::function<void(const std::vector<std::string>& names)> on_columns{};
    std::function<void(const std::vector<SqlValue>& values)> on_row{};
};

class SqlSession {
public:
    /// Throws as Store does: NotFound, NotACheckpointFile, UnsupportedVersion, Corrupt, Busy,
    /// IoError; NeedsRecovery if a write was cut off, for a session that does not write rolls
    /// nothing back. Never makes a file, and does not upgrade an older one.
    explicit SqlSession(const std::filesystem::path& file, const SqlOptions& options = {});
    ~SqlSession();
    SqlSession(SqlSession&&) noexcept;
    SqlSession& operator=(SqlSession&&) noexcept;

    const std::filesystem::path& file() const noexcept;

    /// Runs statements, separated by ';', one after the other. Each is a transaction of its own
    /// unless they say BEGIN and COMMIT. Triggers do not run; views do.
    ///
    /// Throws InvalidArgument for what SQLite refuses, for a statement that would write without
    /// SqlOptions::write, for ATTACH and VACUUM (see Store::backup and compact), and for a
    /// transaction that is left open, of which nothing is kept. Throws NotFound and Corrupt where
    /// one of our functions finds no such leaf, or damage; Busy, IoError and DiskFull as Store
    /// does. Statements before the one that failed have done what they did.
    void run(std::string_view sql, const SqlOutput& output);

private:
    struct CKPTLITE_LOCAL Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace ckptlite
