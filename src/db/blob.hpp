// SPDX-License-Identifier: MIT
// Chunk data through SQLite's incremental I/O, straight from and into the caller's memory. Used on
// the connection's thread, inside a transaction, and gone before its end and before the connection.
#pragma once

#include <cstdint>
#include <span>

#include "db/connection.hpp"

struct sqlite3_blob;

namespace ckptlite::db {

/// chunk.data of one row after the other. Moving an open handle to another row is cheaper than
/// opening one for each.
class ChunkBlob {
public:
    ChunkBlob(const Connection& connection, bool for_writing)
        : connection_(connection), for_writing_(for_writing) {}
    ~ChunkBlob();
    ChunkBlob(const ChunkBlob&) = delete;
    ChunkBlob& operator=(const ChunkBlob&) = delete;

    /// The first out.size() bytes. Throws Corrupt if the row is missing or shorter.
    void read(std::int64_t chunk_id, std::span<std::byte> out);
    /// Replaces the bytes of a row that is exactly as long.
    void write(std::int64_t chunk_id, ByteView bytes);

private:
    void open(std::int64_t chunk_id, std::size_t nbytes);
    void check(int rc) const;

    const Connection& connection_;
    const bool for_writing_;
    sqlite3_blob* blob_ = nullptr;
};

}  // namespace ckptlite::db
