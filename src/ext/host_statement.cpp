// SPDX-License-Identifier: MIT
#include "ext/host_statement.hpp"

#include <new>

#include "ckptlite/error.hpp"
#include "ext/host_sqlite.hpp"

namespace ckptlite::ext {

HostStatement::HostStatement(sqlite3* db, const char* sql) : db_(db) {
    const int code = sqlite3_prepare_v2(db, sql, -1, &statement_, nullptr);
    if (code != SQLITE_OK) fail(code);
}

HostStatement::~HostStatement() {
    sqlite3_finalize(statement_);
}

void HostStatement::fail(int code) const {
    if ((code & 0xff) == SQLITE_NOMEM) throw std::bad_alloc();
    const std::string said = sqlite3_errmsg(db_);
    if (said.starts_with("no such table")) {
        throw HostError(code, said + ": the main database is not a ckptlite file");
    }
    throw HostError(code, said);
}

HostStatement& HostStatement::bind(int index, std::int64_t value) {
    const int code = sqlite3_bind_int64(statement_, index, value);
    if (code != SQLITE_OK) fail(code);
    return *this;
}

HostStatement& HostStatement::bind(int index, std::string_view value) {
    const int code = sqlite3_bind_text64(statement_, index, value.data(), value.size(),
                                         SQLITE_TRANSIENT, SQLITE_UTF8);
    if (code != SQLITE_OK) fail(code);
    return *this;
}

bool HostStatement::step() {
    const int code = sqlite3_step(statement_);
    if (code != SQLITE_ROW && code != SQLITE_DONE) fail(code);
    return code == SQLITE_ROW;
}

void HostStatement::reset() noexcept {
    sqlite3_reset(statement_);  // repeats the error of a step that has been thrown already
}

bool HostStatement::is_null(int column) const noexcept {
    return sqlite3_column_type(statement_, column) == SQLITE_NULL;
}

// STRICT tables bind honest writers only, and SQLite would turn any text into a number.
void HostStatement::require_type(int column, int type) const {
    if (sqlite3_column_type(statement_, column) != type) {
        throw Corrupt("a value is not of its column's type");
    }
}

std::int64_t HostStatement::integer(int column) const {
    require_type(column, SQLITE_INTEGER);
    return sqlite3_column_int64(statement_, column);
}

std::uint64_t HostStatement::size(int column) const {
    const std::int64_t value = integer(column);
    if (value < 0) throw Corrupt("a size is negative");
    return static_cast<std::uint64_t>(value);
}

std::string_view HostStatement::text(int column) const {
    if (is_null(column)) return {};
    require_type(column, SQLITE_TEXT);
    const unsigned char* const chars = sqlite3_column_text(statement_, column);
    if (chars == nullptr) throw std::bad_alloc();
    return {reinterpret_cast<const char*>(chars),
            static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
}

ByteView HostStatement::blob(int column) const {
    if (is_null(column)) return {};
    require_type(column, SQLITE_BLOB);
    const void* const bytes = sqlite3_column_blob(statement_, column);
    const auto n = static_cast<std::size_t>(sqlite3_column_bytes(statement_, column));
    if (bytes == nullptr && n > 0) throw std::bad_alloc();
    return {static_cast<const std::byte*>(bytes), n};
}

Digest HostStatement::digest(int column) const {
    const ByteView bytes = blob(column);
    Digest digest{};
    if (bytes.size() != digest.size()) throw Corrupt("a digest is not 16 bytes long");
    std::memcpy(digest.data(), bytes.data(), digest.size());
    return digest;
}

}  // namespace ckptlite::ext
