// SPDX-License-Identifier: MIT
// Reads chunk data through SQLite's incremental I/O, straight into the caller's memory. Used on
// the connection's thread, inside a transaction, and gone before the connection.
#pragma once

#include <cstdint>
#include <span>

#include "db/connection.hpp"

struct sqlite3_blob;

namespace ckptlite::db {

class ChunkReader {
public:
    explicit ChunkReader(const Connection& connection) : connection_(connection) {}
    ~ChunkReader();
    ChunkReader(const ChunkReader&) = delete;
    ChunkReader& operator=(const ChunkReader&) = delete;

    /// The first out.size() bytes of chunk.data. Throws Corrupt if the row is missing or shorter.
    void read(std::int64_t chunk_id, std::span<std::byte> out);

private:
    const Connection& connection_;
    sqlite3_blob* blob_ = nullptr;
};

}  // namespace ckptlite::db
