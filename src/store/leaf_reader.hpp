// SPDX-License-Identifier: MIT
// One leaf of one tree, from rows and chunks back to bytes. Every size that comes from the file
// is checked before memory is asked for, every digest before a value is returned.
//
// Runs on the connection's thread, inside a transaction of the caller. Throws Corrupt that names
// the leaf.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "ckptlite/tree.hpp"
#include "db/blob.hpp"
#include "db/tables.hpp"
#include "format/chunk_rules.hpp"
#include "format/leaf_type.hpp"

namespace ckptlite::detail {

using format::decode_chunks;
using format::leaf_type;
using format::LeafType;
using format::stored_as_is;
using format::StoredChunk;

class LeafReader {
public:
    explicit LeafReader(const db::Connection& connection)
        : connection_(connection), blob_(connection, false) {}

    /// Rows [first, first + count) of the outermost axis of a tensor; only the digests of the
    /// chunks they lie in are checked. Throws InvalidArgument if they are outside.
    Tensor slice(const format::LeafRow& row, std::int64_t first, std::int64_t count);

    /// The chunks of a leaf, checked to lie without gaps and to add up.
    std::vector<format::ChunkRef> chunks(const format::LeafRow& row);
    /// The same of a leaf whose row was read with its data: none if it has them. These, or the
    /// chunks, are checked against the leaf's digest.
    std::vector<format::ChunkRef> chunks_unless_inline(const format::LeafRow& row);
    /// The bytes of an inline leaf, with their number checked.
    std::optional<std::vector<std::byte>> inline_data(const format::LeafRow& row);
    /// Decodes a chunk into out, which has its nbytes, and checks its digest.
    void read_chunk(const format::ChunkRef& chunk, std::span<std::byte> out);
    /// What is stored of a chunk, until the next call of these two.
    ByteView read_stored(const format::ChunkRef& chunk);

private:
    std::span<std::byte> room_for(const format::ChunkRef& chunk);

    const db::Connection& connection_;
    db::ChunkBlob blob_;
    std::unique_ptr<std::byte[]> stored_;  // of a chunk, encoded; not cleared each time
    std::size_t capacity_ = 0;
};

}  // namespace ckptlite::detail
