// SPDX-License-Identifier: MIT
#include "db/file_pages.hpp"

#include <array>
#include <cstddef>
#include <filesystem>
#include <string>
#include <system_error>

#include "base/bytes.hpp"
#include "db/page_file.hpp"
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

std::string missing_end(const Connection& connection) {
    // In the first bytes of a file: the page size at 16, the number of pages at 28, which counts if
    // the numbers at 24 and 92 are the same.
    std::array<std::byte, 100> header{};
    PageFile file(connection);
    if (!file.read(0, header)) return {};
    const auto number = [&](std::size_t at, std::size_t width) {
        return load_be(ByteView(header).subspan(at, width));
    };
    if (number(24, 4) != number(92, 4)) return {};
    const std::uint64_t page_size = number(16, 2) == 1 ? 65'536 : number(16, 2);
    const std::uint64_t whole = page_size * number(28, 4);
    std::error_code error;
    const std::uint64_t left = std::filesystem::file_size(connection.file(), error);
    if (error || left >= whole || log_nbytes(connection.file()) > 0) return {};
    return std::to_string(left) + " of its " + std::to_string(whole) + " bytes are left";
}

std::uint64_t log_nbytes(const std::string& file) {
    std::error_code error;
    const std::uint64_t nbytes = std::filesystem::file_size(file + "-wal", error);
    return error ? 0 : nbytes;
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
