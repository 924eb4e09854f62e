// SPDX-License-Identifier: MIT
// What must hold of the chunks of a leaf, whoever reads their rows, and the way from what is stored
// back to bytes. All of it throws Corrupt. Pure functions; any thread.
#pragma once

#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "ckptlite/error.hpp"
#include "format/rows.hpp"

namespace ckptlite::format {

/// The row with its codec, which has this name, and sizes within the limits.
ChunkRef checked_chunk(ChunkRef chunk, std::string_view codec, const ErrorContext& where = {});

/// They lie without gaps, in order, and add up to the leaf.
void check_chunks(const LeafRow& leaf, std::span<const ChunkRef> chunks);

/// The inline data, if there are any, are as long as the row declares.
void check_inline_data(const LeafRow& leaf, const std::optional<std::vector<std::byte>>& data);

/// The leaf's digest is that of its inline data or, if it has none, of its chunks.
void check_leaf_digest(const LeafRow& leaf, std::span<const ChunkRef> chunks);

/// Whether what is stored of a chunk is its bytes themselves.
inline bool stored_as_is(const ChunkRef& chunk) noexcept {
    return chunk.codec == codec::Codec::raw && chunk.stored_nbytes == chunk.nbytes;
}

/// What was read of a chunk, and where its bytes go; the same memory if it is stored as is.
struct StoredChunk {
    ChunkRef chunk{};
    ByteView stored{};
    std::span<std::byte> out{};
};

/// Unless all decode to the bytes that their digests are of, throws.
void decode_chunks(std::span<const StoredChunk> chunks);

}  // namespace ckptlite::format
