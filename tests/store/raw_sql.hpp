// SPDX-License-Identifier: MIT
// A connection that knows nothing of ckptlite: what a stranger's program does with the file, and
// what a test needs to look under the covers. One thread at a time.
#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <filesystem>
#include <stdexcept>
#include <string>

namespace ckptlite::test {

class RawSql {
public:
    explicit RawSql(const std::filesystem::path& file,
                    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE) {
        check(sqlite3_open_v2(file.c_str(), &db_, flags, nullptr));
        sqlite3_busy_timeout(db_, 10'000);
    }
    ~RawSql() { sqlite3_close(db_); }
    RawSql(const RawSql&) = delete;
    RawSql& operator=(const RawSql&) = delete;

    void run(const std::string& sql) {
        check(sqlite3_exec(db_, sql.c_str(), nullptr, nullptr, {}));
    }

    /// First column of the first row; "" for NULL or no row.
    std::string text(const std::string& sql) {
        const std::string lines = column(sql, 0);
        return lines.substr(0, lines.find('\n'));
    }
    /// One column of all rows, a line each.
    std::string column(const std::string& sql, int column) {
        sqlite3_stmt* statement = nullptr;
        check(sqlite3_prepare_v2(db_, sql.c_str(), -1, &statement, nullptr));
        std::string found;
        while (sqlite3_step(statement) == SQLITE_ROW) {
            const auto* value = sqlite3_column_text(statement, column);
            if (value != nullptr) found += reinterpret_cast<const char*>(value);
            found += '\n';
        }
        check(sqlite3_finalize(statement));
        return found;
    }
    std::int64_t number(const std::string& sql) { return std::stoll(text(sql)); }
    std::int64_t count(const std::string& table) { return number("SELECT count(*) FROM " + table); }

private:
    void check(int code) {
        if (code != SQLITE_OK) throw std::runtime_error(sqlite3_errmsg(db_));
    }
    sqlite3* db_ = nullptr;
};

}  // namespace ckptlite::test
