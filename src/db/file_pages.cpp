// SPDX-License-Identifier: MIT
#include "db/file_pages.hpp"

#include <string>

#include "db/sql.hpp"

namespace ckptlite::db {
namespace {

std::uint64_t pragma_size(const Connection& connection, std::string_view sql) {
    Query row = connection.query(sql);
    return row.step() ? row.size(0) : 0;
}

}  // namespace

FilePages file_pages(const Connection& connection) {
    return {.page_size = pragma_size(connection, sql::kPageSize),
            .count = pragma_size(connection, sql::kPageCount),
            .free = pragma_size(connection, sql::kFreePages)};
}

bool is_wal(const Connection& connection) {
    return connection.pragma_text(sql::kJournalMode) == "wal";
}

bool can_shrink(const Connection& connection) {
    return connection.pragma_integer(sql::kAutoVacuum) != 0;
}

void free_last_pages(const Connection& connection, std::uint64_t n) {
    // A pragma takes no parameters.
    connection.execute(("PRAGMA incremental_vacuum(" + std::to_string(n) + ")").c_str());
}

bool empty_log(const Connection& connection) {
    return connection.pragma_integer(sql::kEmptyLog) == 0;
}

}  // namespace ckptlite::db
