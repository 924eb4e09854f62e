// SPDX-License-Identifier: MIT
// A second connection to a store, as somebody with the stock sqlite3 shell would have. One thread.
#pragma once

#include <sqlite3.h>

#include <filesystem>
#include <stdexcept>
#include <string>

namespace ckptlite::test {

class SqlFile {
public:
    explicit SqlFile(const std::filesystem::path& file) {
        check(sqlite3_open_v2(file.c_str(), &database_, SQLITE_OPEN_READWRITE, nullptr));
        sqlite3_busy_timeout(database_, 10'000);
    }
    ~SqlFile() { sqlite3_close(database_); }
    SqlFile(const SqlFile&) = delete;
    SqlFile& operator=(const SqlFile&) = delete;

    /// The rows, a line each, columns separated by '|'; NULL is empty.
    std::string operator()(const char* sql) const {
        sqlite3_stmt* statement = nullptr;
        check(sqlite3_prepare_v2(database_, sql, -1, &statement, nullptr));
        std::string rows;
        int code = SQLITE_DONE;
        while ((code = sqlite3_step(statement)) == SQLITE_ROW)
            rows += (rows.empty() ? "" : "\n") + row(statement);
        sqlite3_finalize(statement);
        check(code == SQLITE_DONE ? SQLITE_OK : code);
        return rows;
    }

private:
    static std::string row(sqlite3_stmt* statement) {
        std::string text;
        for (int i = 0; i < sqlite3_column_count(statement); ++i) {
            const void* value = sqlite3_column_blob(statement, i);
            const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement, i));
            if (i != 0) text += '|';
            if (value != nullptr) text.append(static_cast<const char*>(value), size);
        }
        return text;
    }
    void check(int code) const {
        if (code != SQLITE_OK) throw std::runtime_error(sqlite3_errmsg(database_));
    }

    sqlite3* database_ = nullptr;
};

/// Keeps everybody else from writing for as long as it lives.
class WriteLock {
public:
    explicit WriteLock(const std::filesystem::path& file) : file_(file) {
        file_("BEGIN IMMEDIATE");
    }
    ~WriteLock() { file_("ROLLBACK"); }
    WriteLock(const WriteLock&) = delete;
    WriteLock& operator=(const WriteLock&) = delete;

private:
    SqlFile file_;
};

}  // namespace ckptlite::test
