// SPDX-License-Identifier: MIT
#include "fuzz/store_edits.hpp"

#include <cstdio>
#include <filesystem>

#include "damage/file_bytes.hpp"
#include "store/raw_sql.hpp"

namespace ckptlite::fuzz {
namespace {

using test::RawSql;

// STRICT and NOT NULL are gone in between; the definitions are put back at the end, so that the
// library takes the tables for its own. Indexes and their tables agree all the time.
constexpr const char* kLoosen =
    "CREATE TABLE saved AS SELECT rowid AS at, sql FROM sqlite_schema;"
    "PRAGMA writable_schema = ON;"
    "UPDATE sqlite_schema SET sql = replace(replace(replace(sql, ') STRICT', ')'),"
    "    '), WITHOUT', ') WITHOUT'), ' NOT NULL', '') WHERE type = 'table'"
    "    AND sql LIKE '%STRICT%'";
constexpr const char* kTighten =
    "PRAGMA writable_schema = ON;"
    "UPDATE sqlite_master SET sql = (SELECT sql FROM saved WHERE at = sqlite_master.rowid)"
    "    WHERE rowid IN (SELECT at FROM saved)";
constexpr const char* kUnchecked =
    "PRAGMA foreign_keys = OFF; PRAGMA ignore_check_constraints = ON; PRAGMA synchronous = OFF;"
    "PRAGMA journal_mode = OFF";

std::vector<std::string> lines(const std::string& text) {
    std::vector<std::string> found;
    for (std::size_t begin = 0, end = 0; (end = text.find('\n', begin)) != text.npos;
         begin = end + 1) {
        found.push_back(text.substr(begin, end - begin));
    }
    return found;
}

std::string hex(ByteView bytes) {
    std::string out;
    for (const std::byte byte : bytes) {
        char digits[3];
        std::snprintf(digits, sizeof digits, "%02x", std::to_integer<unsigned>(byte));
        out += digits;
    }
    return out;
}

/// An SQL expression. `other` is the same column of another row.
std::string value_of(Input& input, const std::string& column, const std::string& other) {
    switch (input.byte() % 8) {
        case 0:
            return "NULL";
        case 1:
            return std::to_string(static_cast<std::int64_t>(input.number(8)));
        case 2:
            return column + " + " + std::to_string(static_cast<std::int8_t>(input.byte()));
        case 3:
            return "CAST(x'" + hex(input.take(input.byte() % 64)) + "' AS TEXT)";
        case 4:
            return "x'" + hex(input.take(input.byte() % 64)) + "'";
        case 5:
            return std::to_string(static_cast<std::int64_t>(input.number(4))) + ".5";
        case 6:
            return other;
        default:
            return "substr(" + column + ", " + std::to_string(input.byte() % 40) + ") || x'" +
                   hex(input.take(input.byte() % 16)) + "'";
    }
}

}  // namespace

StoreEdits::StoreEdits(const std::string& file) {
    strict_ = test::bytes_of(file);
    {
        RawSql raw(file);
        for (const std::string& name :
             lines(raw.column("SELECT name FROM sqlite_schema WHERE type = 'table'"
                              " ORDER BY name",
                              0))) {
            Table table{.name = name, .key = "rowid", .columns = {}};
            const std::string info = "SELECT name FROM pragma_table_info('" + name + "')";
            table.columns = lines(raw.column(info, 0));
            const bool no_rowid =
                raw.text("SELECT sql LIKE '%WITHOUT ROWID' FROM sqlite_schema WHERE name = '" +
                         name + "'") == "1";
            if (no_rowid) {
                table.key.clear();
                for (const std::string& column : lines(raw.column(info + " WHERE pk > 0", 0)))
                    table.key += (table.key.empty() ? "" : ", ") + column;
            }
            tables_.push_back(std::move(table));
        }
        raw.run(kLoosen);
    }
    lax_ = test::bytes_of(file);
}

void StoreEdits::edit_row(RawSql& raw, Input& input) const {
    const Table& table = tables_[input.byte() % tables_.size()];
    const auto row = [&](unsigned n) {
        return " FROM " + table.name + " LIMIT 1 OFFSET " + std::to_string(n) + ")";
    };
    const std::string at = " WHERE (" + table.key + ") = (SELECT " + table.key + row(input.byte());
    const std::string& column = table.columns[input.byte() % table.columns.size()];
    const unsigned kind = input.byte() % 8;
    std::string sql;
    if (kind == 0) {
        sql = "DELETE FROM " + table.name + at;
    } else {
        const std::string value = value_of(input, column, "(SELECT " + column + row(input.byte()));
        if (kind == 1) {
            std::string columns;
            for (const std::string& of : table.columns)
                columns += (columns.empty() ? "" : ", ") + (of == column ? value : of);
            sql = "INSERT INTO " + table.name + " SELECT " + columns + " FROM " + table.name + at;
        } else {
            sql = "UPDATE " + table.name + " SET " + column + " = " + value + at;
        }
    }
    try {
        raw.run(sql);
    } catch (const std::runtime_error&) {
        // A constraint that is still there: another edit.
    }
}

void StoreEdits::write_edited(const std::string& file, Input& input) const {
    for (const char* side : {"-journal", "-wal", "-shm"}) std::filesystem::remove(file + side);
    const unsigned n_rows = input.byte() % 5;
    test::write_bytes(file, n_rows > 0 ? lax_ : strict_);
    if (n_rows > 0) {
        RawSql raw(file);
        raw.run(kUnchecked);
        for (unsigned i = 0; i < n_rows; ++i) edit_row(raw, input);
        raw.run(kTighten);
    }
    if (input.empty()) return;
    std::string bytes = test::bytes_of(file);
    while (!input.empty()) {
        const std::size_t at = static_cast<std::size_t>(input.number(3)) % bytes.size();
        bytes[at] = static_cast<char>(input.byte());
    }
    test::write_bytes(file, bytes);
}

}  // namespace ckptlite::fuzz
