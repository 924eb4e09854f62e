// SPDX-License-Identifier: MIT
#include "ckptlite/error.hpp"
#include "db/sql.hpp"
#include "db/tables.hpp"
#include "format/chunk_rules.hpp"

namespace ckptlite::db {
namespace {

ChunkRef read_chunk(const Connection& connection, const Query& row) {
    return format::checked_chunk({.chunk_id = row.integer(0),
                                  .first_byte = row.size(1),
                                  .nbytes = row.size(2),
                                  .stored_nbytes = row.size(3),
                                  .digest = row.digest(5)},
                                 row.text(4), {.file = connection.file()});
}

}  // namespace

std::optional<ChunkRef> find_chunk(const Connection& connection, const Digest& digest) {
    Query row = connection.query(sql::kFindChunk);
    if (!row.bind(digest).step()) return std::nullopt;
    return ChunkRef{
        .chunk_id = row.integer(0), .nbytes = row.size(1), .stored_nbytes = row.size(2)};
}

std::int64_t insert_chunk(const Connection& connection, const Digest& digest, codec::Codec codec,
                          std::uint64_t nbytes, std::uint64_t stored_nbytes) {
    connection.query(sql::kInsertChunk)
        .bind(digest, codec::codec_name(codec), nbytes, stored_nbytes)
        .run();
    return connection.last_insert_id();
}

void for_each_chunk_digest(const Connection& connection,
                           const std::function<void(const Digest&)>& visit) {
    Query row = connection.query(sql::kChunkDigests);
    while (row.step()) visit(row.digest(0));
}

void insert_leaf_chunk(const Connection& connection, std::int64_t leaf_id, std::uint64_t first_byte,
                       std::int64_t chunk_id) {
    connection.query(sql::kInsertLeafChunk).bind(leaf_id, first_byte, chunk_id).run();
}

std::vector<ChunkRef> chunks_of_leaf(const Connection& connection, std::int64_t leaf_id) {
    std::vector<ChunkRef> chunks;
    Query row = connection.query(sql::kChunksOfLeaf);
    row.bind(leaf_id);
    while (row.step()) chunks.push_back(read_chunk(connection, row));
    return chunks;
}

void for_each_chunk(const Connection& connection, const std::function<void(const ChunkRef&)>& visit,
                    const std::function<void(const std::string& what)>& damaged) {
    Query row = connection.query(sql::kAllChunks);
    while (row.step()) {
        std::optional<ChunkRef> chunk;
        try {
            chunk = read_chunk(connection, row);
        } catch (const Corrupt& error) {
            damaged(error.message());
        }
        if (chunk) visit(*chunk);
    }
}

std::vector<std::pair<std::int64_t, std::uint64_t>> chunks_without_leaf(
    const Connection& connection) {
    std::vector<std::pair<std::int64_t, std::uint64_t>> found;
    Query row = connection.query(sql::kChunksWithoutLeaf);
    while (row.step()) found.emplace_back(row.integer(0), row.size(1));
    return found;
}

std::uint64_t delete_unused_chunks(const Connection& connection,
                                   std::span<const std::int64_t> chunk_ids) {
    if (chunk_ids.empty()) return 0;
    const std::string ids = id_list(chunk_ids);
    const auto nbytes = connection.query(sql::kUnusedChunkBytes).bind(ids).integers().front();
    connection.query(sql::kDeleteUnusedChunks).bind(ids).run();
    return static_cast<std::uint64_t>(nbytes);
}

}  // namespace ckptlite::db
