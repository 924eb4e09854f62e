// SPDX-License-Identifier: MIT
#include "db/blob.hpp"

#include <sqlite3.h>

#include "ckptlite/error.hpp"
#include "db/sqlite_error.hpp"

namespace ckptlite::db {

ChunkReader::~ChunkReader() {
    sqlite3_blob_close(blob_);
}

void ChunkReader::read(std::int64_t chunk_id, std::span<std::byte> out) {
    sqlite3* const db = connection_.handle();
    // Moving an open handle to another row is cheaper than opening one for each chunk.
    int rc = blob_ != nullptr ? sqlite3_blob_reopen(blob_, chunk_id)
                              : sqlite3_blob_open(db, "main", "chunk", "data", chunk_id, 0, &blob_);
    if (rc == SQLITE_ERROR) {
        throw Corrupt("chunk " + std::to_string(chunk_id) + " is missing or not a blob",
                      {.file = connection_.file()});
    }
    if (rc != SQLITE_OK) throw_error(rc, sqlite3_errmsg(db), connection_.file());
    if (static_cast<std::size_t>(sqlite3_blob_bytes(blob_)) < out.size()) {
        throw Corrupt("chunk " + std::to_string(chunk_id) + " is shorter than it says",
                      {.file = connection_.file()});
    }
    rc = sqlite3_blob_read(blob_, out.data(), static_cast<int>(out.size()), 0);
    if (rc != SQLITE_OK) throw_error(rc, sqlite3_errmsg(db), connection_.file());
}

}  // namespace ckptlite::db
