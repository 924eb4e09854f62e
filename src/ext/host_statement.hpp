// SPDX-License-Identifier: MIT
// A prepared statement on the host's connection. Belongs to one call or cursor, on the connection's
// thread, and must go before the connection does. The host's SQLite is no SQLiteCpp, and a failure
// of it goes back to the host with its code: hence not db::Query.
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

#include "base/bytes.hpp"
#include "base/digest.hpp"

struct sqlite3;
struct sqlite3_stmt;

namespace ckptlite::ext {

/// What the host's SQLite said, with its result code.
class HostError : public std::runtime_error {
public:
    HostError(int code, const std::string& message) : std::runtime_error(message), code_(code) {}
    int code() const noexcept { return code_; }

private:
    int code_;
};

class HostStatement {
public:
    /// `sql` is a constant. Throws HostError; std::bad_alloc wherever the host is out of memory.
    HostStatement(sqlite3* db, const char* sql);
    ~HostStatement();
    HostStatement(const HostStatement&) = delete;
    HostStatement& operator=(const HostStatement&) = delete;

    HostStatement& bind(int index, std::int64_t value);
    HostStatement& bind(int index, std::string_view value);
    /// True if there is a row. A statement at a row keeps the host's snapshot of the file.
    bool step();
    void reset() noexcept;

    // A column of another type than asked for throws Corrupt; NULL is an empty text or blob.
    bool is_null(int column) const noexcept;
    std::int64_t integer(int column) const;
    std::uint64_t size(int column) const;  ///< Throws Corrupt if negative.
    /// Borrowed until the next step() or reset().
    std::string_view text(int column) const;
    ByteView blob(int column) const;
    /// Throws Corrupt unless it is 16 bytes.
    Digest digest(int column) const;

private:
    [[noreturn]] void fail(int code) const;
    void require_type(int column, int type) const;

    sqlite3* db_;
    sqlite3_stmt* statement_ = nullptr;
};

}  // namespace ckptlite::ext
