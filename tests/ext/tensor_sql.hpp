// SPDX-License-Identifier: MIT
// A connection with the functions of the extension, as a program that loads it has. One thread.
#pragma once

#include <sqlite3.h>

#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string>

#include "ext/tensor_functions.hpp"

namespace ckptlite::test {

class TensorSql {
public:
    explicit TensorSql(const std::filesystem::path& file) {
        check(sqlite3_open_v2(file.c_str(), &db_, SQLITE_OPEN_READWRITE, nullptr));
        check(ext::register_functions(db_));
    }
    ~TensorSql() { sqlite3_close(db_); }
    TensorSql(const TensorSql&) = delete;
    TensorSql& operator=(const TensorSql&) = delete;

    sqlite3* handle() const noexcept { return db_; }

    /// The rows, a line each, columns separated by '|'; NULL is "NULL". Throws what SQLite says.
    std::string operator()(const std::string& sql) {
        sqlite3_stmt* prepared = nullptr;
        check(sqlite3_prepare_v2(db_, sql.c_str(), -1, &prepared, nullptr));
        Statement row(prepared);
        std::string lines;
        while (sqlite3_step(row.get()) == SQLITE_ROW) {
            for (int column = 0; column < sqlite3_column_count(row.get()); ++column) {
                const auto* text =
                    reinterpret_cast<const char*>(sqlite3_column_text(row.get(), column));
                lines += std::string(column > 0      ? "|"
                                     : lines.empty() ? ""
                                                     : "\n") +
                         (text == nullptr ? "NULL" : text);
            }
        }
        check(sqlite3_finalize(row.release()));
        return lines;
    }

    double number(const std::string& sql) { return std::stod((*this)(sql)); }

private:
    struct Finalize {
        void operator()(sqlite3_stmt* statement) const noexcept { sqlite3_finalize(statement); }
    };
    using Statement = std::unique_ptr<sqlite3_stmt, Finalize>;

    void check(int code) {
        if (code != SQLITE_OK) throw std::runtime_error(sqlite3_errmsg(db_));
    }
    sqlite3* db_ = nullptr;
};

}  // namespace ckptlite::test
