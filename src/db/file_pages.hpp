// SPDX-License-Identifier: MIT
// The file as pages: how many there are, how many are free, and giving those back. For the
// connection's thread.
#pragma once

#include <cstdint>
#include <string>

#include "db/connection.hpp"

namespace ckptlite::db {

struct FilePages {
    std::uint64_t page_size = 0;
    std::uint64_t count = 0;
    std::uint64_t free = 0;

    std::uint64_t nbytes() const noexcept { return page_size * count; }
    std::uint64_t free_nbytes() const noexcept { return page_size * free; }
    std::uint64_t used_nbytes() const noexcept {
        return free < count ? nbytes() - free_nbytes() : 0;
    }
};
FilePages file_pages(const Connection& connection);

/// "1000000 of its 5177344 bytes are left" if the file is shorter than its first page says and no
/// write-ahead log makes up for it; else empty, also where that cannot be told.
std::string missing_end(const Connection& connection);

/// Of the write-ahead log of `file`; 0 if there is none.
std::uint64_t log_nbytes(const std::string& file);

bool is_wal(const Connection& connection);

/// False for a file that was made without auto_vacuum: it never shrinks.
bool can_shrink(const Connection& connection);

/// In a transaction of the caller: makes the file shorter by up to so many free pages, for which
/// pages from its end move to free places. Does nothing unless can_shrink().
void free_last_pages(const Connection& connection, std::uint64_t n);

/// Moves the write-ahead log into the file and makes it empty. False if a reader still needs it
/// after the connection's timeout.
bool empty_log(const Connection& connection);

}  // namespace ckptlite::db
