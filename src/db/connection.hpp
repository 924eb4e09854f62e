// SPDX-License-Identifier: MIT
// One SQLite connection with the settings every connection of this library has.
//
// A connection belongs to one thread at a time. Everything it throws is a ckptlite::Error that
// names the file.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "db/file_identity.hpp"
#include "db/query.hpp"

struct sqlite3;

namespace SQLite {
class Database;
}

namespace ckptlite::db {

enum class Access {
    read_only,   ///< opened read-only: cannot even roll back what a crash left
    damaged,     ///< read_only, of a file of which a part or the definition of a table is missing
    untrusted,   ///< read_only, without locks and side files, and with limits on every statement
    query_only,  ///< may recover, but runs no statement that writes
    read_write,
    create,  ///< read_write of a new, empty file
};

class Connection {
    /// Deadline of the wait in progress, read by the busy handler.
    struct BusyWait {
        std::chrono::milliseconds timeout{};
        std::chrono::steady_clock::time_point deadline{};
    };

public:
    /// `file` is an absolute path (see resolve_file); statements wait for locks up to `timeout`.
    Connection(const std::string& file, Access access, std::chrono::milliseconds timeout);
    ~Connection();
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    const std::string& file() const noexcept { return file_; }
    Access access() const noexcept { return access_; }
    std::chrono::milliseconds timeout() const noexcept;

    /// Throws IoError if the file was renamed, deleted or replaced since it was opened.
    void check_in_place() const { db::check_in_place(file_, identity_); }
    /// SQLite seals no WAL store whose file was moved: what is in its log would stay behind there.
    void seal_if_moved() const noexcept;

    /// The statement, prepared once. `sql` must outlive the connection: a constant of sql.hpp.
    Query query(std::string_view sql) const;
    /// Statements without rows or parameters.
    void execute(const char* sql) const;
    /// The first column of the first row, as an integer or as text.
    std::int64_t pragma_integer(const char* sql) const;
    std::string pragma_text(const char* sql) const;

    std::int64_t last_insert_id() const noexcept;
    /// Rows changed by the last statement.
    std::int64_t changes() const noexcept;
    bool in_transaction() const noexcept;

    /// For db/ alone.
    sqlite3* handle() const noexcept;

    /// Forgets the connection without closing it: for a child after fork(), where closing would
    /// touch the parent's file.
    void abandon() noexcept;

private:
    static int on_busy(void* wait, int attempt) noexcept;
    void configure();

    std::string file_;
    Access access_;
    FileIdentity identity_;
    std::unique_ptr<BusyWait> busy_;
    std::unique_ptr<SQLite::Database> database_;
    // Keyed by address: every SQL text is a constant, and the cache must not compare long texts.
    mutable std::unordered_map<const char*, std::unique_ptr<SQLite::Statement>> statements_;
};

}  // namespace ckptlite::db
