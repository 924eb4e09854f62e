// SPDX-License-Identifier: MIT
// One use of a prepared statement: bind, step, read columns. The statement itself belongs to its
// Connection, which keeps it prepared; the destructor resets it. Use it on the connection's thread
// and before the connection goes. At most one Query of the same SQL is alive at a time.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.hpp"
#include "base/digest.hpp"

namespace SQLite {
class Statement;
}

namespace ckptlite::format {
class RowDigester;
}

namespace ckptlite::db {

class Connection;

/// The operand of LIMIT; without a limit, all rows.
std::int64_t sql_limit(std::optional<std::size_t> limit) noexcept;

/// The operand of json_each().
std::string id_list(std::span<const std::int64_t> ids);

class Query {
public:
    Query(const Connection& connection, SQLite::Statement& statement)
        : connection_(&connection), statement_(&statement) {}
    ~Query();
    Query(const Query&) = delete;
    Query& operator=(const Query&) = delete;

    /// Binds parameters 1, 2, ... in this order. Bytes (at most 2^31 - 1 of them) are borrowed
    /// until the end of the Query.
    template <typename... Values>
    Query& bind(const Values&... values) {
        int index = 0;
        (bind_one(++index, values), ...);
        return *this;
    }

    /// True if there is a row. Throws what SQLite says as a ckptlite::Error.
    bool step();
    /// For statements without rows: step() once.
    void run() { step(); }

    // A column of another type than asked for throws Corrupt; NULL is an empty text or blob.
    bool is_null(int column) const;
    std::int64_t integer(int column) const;
    std::uint64_t size(int column) const;  ///< Throws Corrupt if negative.
    double real(int column) const;
    /// Borrowed until the next step().
    std::string_view text(int column) const;
    ByteView blob(int column) const;
    /// Throws Corrupt unless it is 16 bytes.
    Digest digest(int column) const;

    /// The first column of all rows that are left.
    std::vector<std::int64_t> integers();

    std::optional<std::int64_t> optional_integer(int column) const;
    std::optional<double> optional_real(int column) const;

    /// All columns, as what they are.
    void add_to(format::RowDigester& digester) const;

private:
    /// Makes a call of SQLite's, and a ckptlite::Error of what it throws.
    template <typename Call>
    auto translated(Call call) const;
    void require_type(bool right) const;
    void bind_one(int index, std::nullopt_t);
    void bind_one(int index, std::int64_t value);
    void bind_one(int index, std::uint64_t value);
    void bind_one(int index, double value);
    void bind_one(int index, std::string_view value);
    void bind_one(int index, const std::string& value) { bind_one(index, std::string_view(value)); }
    void bind_one(int index, ByteView value);
    void bind_one(int index, const Digest& value) { bind_one(index, ByteView(value)); }
    void bind_one(int index, bool value) { bind_one(index, std::int64_t{value}); }
    template <typename T>
    void bind_one(int index, const std::optional<T>& value) {
        if (value)
            bind_one(index, *value);
        else
            bind_one(index, std::nullopt);
    }

    const Connection* connection_;
    SQLite::Statement* statement_;
};

}  // namespace ckptlite::db
