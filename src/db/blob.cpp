// SPDX-License-Identifier: MIT
#include "db/blob.hpp"

#include <sqlite3.h>

#include "ckptlite/error.hpp"
#include "db/sqlite_error.hpp"

namespace ckptlite::db {

ChunkBlob::~ChunkBlob() {
    sqlite3_blob_close(blob_);
}

void ChunkBlob::read(std::int64_t chunk_id, std::span<std::byte> out) {
    open(chunk_id, out.size());
    check(sqlite3_blob_read(blob_, out.data(), static_cast<int>(out.size()), 0));
}

void ChunkBlob::write(std::int64_t chunk_id, ByteView bytes) {
    open(chunk_id, bytes.size());
    check(sqlite3_blob_write(blob_, bytes.data(), static_cast<int>(bytes.size()), 0));
}

void ChunkBlob::open(std::int64_t chunk_id, std::size_t nbytes) {
    const int rc = blob_ != nullptr
                       ? sqlite3_blob_reopen(blob_, chunk_id)
                       : sqlite3_blob_open(connection_.handle(), "main", "chunk", "data", chunk_id,
                                           for_writing_ ? 1 : 0, &blob_);
    if (rc == SQLITE_ERROR) {
        throw Corrupt("chunk " + std::to_string(chunk_id) + " is missing or not a blob",
                      {.file = connection_.file()});
    }
    check(rc);
    if (static_cast<std::size_t>(sqlite3_blob_bytes(blob_)) < nbytes) {
        throw Corrupt("chunk " + std::to_string(chunk_id) + " is shorter than it says",
                      {.file = connection_.file()});
    }
}

void ChunkBlob::check(int rc) const {
    if (rc != SQLITE_OK) throw_error(rc, connection_);
}

}  // namespace ckptlite::db
