// SPDX-License-Identifier: MIT
// Every statement of the extension. Of the main database only, by name: neither a temporary table
// nor an attached file can stand in for the tables of the file.
#pragma once

namespace ckptlite::ext::sql {

// 65,536 bytes: limits::kInlineBytes. A longer value must not be loaded only to be refused.
#define CKPTLITE_LEAF_COLUMNS                                                                 \
    "SELECT leaf.id, leaf.path, leaf.kind, leaf.dtype, leaf.shape, leaf.nbytes, leaf.digest," \
    "       length(leaf.data), CASE WHEN length(leaf.data) <= 65536 THEN leaf.data END "
inline constexpr const char* kLeafById = CKPTLITE_LEAF_COLUMNS
    "FROM main.leaf JOIN main.tree ON tree.id = leaf.tree_id"
    " WHERE leaf.id = ?1 AND tree.staged_by IS NULL";
inline constexpr const char* kLeafByPath = CKPTLITE_LEAF_COLUMNS
    "FROM main.checkpoint JOIN main.tree ON tree.id = checkpoint.tree_id"
    " JOIN main.leaf ON leaf.tree_id = tree.id"
    " WHERE checkpoint.id = ?1 AND leaf.path = ?2 AND tree.staged_by IS NULL";
#undef CKPTLITE_LEAF_COLUMNS
inline constexpr const char* kChunksOfLeaf =
    "SELECT chunk.id, leaf_chunk.first_byte, chunk.nbytes, length(chunk.data), chunk.codec,"
    "       chunk.digest"
    " FROM main.leaf_chunk JOIN main.chunk ON chunk.id = leaf_chunk.chunk_id"
    " WHERE leaf_chunk.leaf_id = ?1 ORDER BY leaf_chunk.first_byte";
inline constexpr const char* kChunkData = "SELECT data FROM main.chunk WHERE id = ?1";
inline constexpr const char* kCheckpoint = "SELECT 1 FROM main.checkpoint WHERE id = ?1";
/// Those worth a comparison with a path that is not there.
inline constexpr const char* kSomePaths =
    "SELECT leaf.path FROM main.checkpoint JOIN main.leaf ON leaf.tree_id = checkpoint.tree_id"
    " WHERE checkpoint.id = ?1 AND length(leaf.path) <= 200 LIMIT 2000";

}  // namespace ckptlite::ext::sql
