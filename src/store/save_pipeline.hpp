// SPDX-License-Identifier: MIT
// From leaves to hashed, measured and encoded pieces: worker threads do the work, the caller gets
// the pieces in order. At most a bounded number of pieces exists at a time.
#pragma once

#include <functional>

#include "base/digest.hpp"
#include "base/worker_pool.hpp"
#include "store/leaf_source.hpp"
#include "tree/moments.hpp"

namespace ckptlite::detail {

/// Leaves up to this size live in their row: a chunk row would cost more than it saves.
inline constexpr std::size_t kInlineLeafBytes = 4096;
/// Decoded bytes of a chunk; only the last one of a leaf is shorter.
inline constexpr std::size_t kChunkBytes = 1 << 20;

struct Piece {
    ByteView raw{};
    std::uint64_t first_byte = 0;
    Digest digest{};
    pytree::Moments moments{};
    /// Nothing if the store has this chunk already.
    std::optional<codec::EncodedChunk> encoded{};
};

struct PipelineOptions {
    codec::Codec codec = codec::Codec::planes;
    /// Whether the store has a chunk; called from the workers.
    std::function<bool(const Digest&)> known{};
};

/// Calls take(leaf, piece) for every piece, in order of leaves and bytes, on the caller's thread.
/// An inline leaf is one piece that is never encoded. If anything throws, all workers have let go
/// of the leaves' memory before it leaves this function.
void run_pipeline(const std::vector<LeafSource>& leaves, WorkerPool& workers,
                  const PipelineOptions& options,
                  const std::function<void(const LeafSource&, Piece)>& take);

/// Encodes one piece on the caller's thread: for a known chunk that was deleted meanwhile.
codec::EncodedChunk encode_piece(const LeafSource& leaf, ByteView raw, codec::Codec wanted);

}  // namespace ckptlite::detail
