// SPDX-License-Identifier: MIT
// Chunk data straight from the pages of the database file, many at a time: an incremental blob
// brings each page into SQLite's cache first, with a system call and a copy of its own.
//
// It reads the tables as SQLite's file format has them (https://www.sqlite.org/fileformat2.html),
// through a handle of its own and under the lock of the connection's transaction. It is a short cut
// and no authority: what lies in a write-ahead log is not seen, and whatever does not look as
// expected gives false. The caller checks the chunk's digest, and asks ChunkBlob where that fails.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "db/page_file.hpp"

namespace ckptlite::db {

/// Made on the connection's thread, in a read transaction that has read something and outlives it.
/// Then for one thread at a time, whichever that is.
class ChunkPages {
public:
    explicit ChunkPages(const Connection& connection);

    /// Fills `out` with the last bytes of a row: with its data, if that is as long. Else false, and
    /// `out` holds anything.
    bool read(std::int64_t chunk_id, std::span<std::byte> out);

private:
    bool read_pages(std::uint32_t first, std::span<std::byte> out);
    bool find_leaf(std::int64_t rowid);
    bool follow(std::uint32_t page, std::span<std::byte> out);

    PageFile file_;
    std::uint32_t root_ = 0;  // of the table chunk; 0: nothing can be read this way
    std::size_t page_size_ = 0;
    std::size_t usable_ = 0;         // what SQLite uses of a page
    std::vector<std::byte> page_;    // the b-tree page looked at
    std::vector<std::byte> memory_;  // of the window
    std::span<std::byte> window_;    // pages that were read at once
};

}  // namespace ckptlite::db
