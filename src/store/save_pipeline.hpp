// SPDX-License-Identifier: MIT
// From leaves to hashed, measured and encoded pieces: worker threads do the work, the caller gets
// the pieces in order. At most a bounded number of bytes is under way at a time.
#pragma once

#include <functional>
#include <future>

#include "base/buffer_pool.hpp"
#include "base/digest.hpp"
#include "base/worker_pool.hpp"
#include "store/leaf_source.hpp"
#include "tree/moments.hpp"

namespace ckptlite::detail {

/// Leaves up to this size live in their row: a chunk row would cost more than it saves.
inline constexpr std::size_t kInlineLeafBytes = 4096;
/// Decoded bytes of a chunk; only the last one of a leaf is shorter. docs/PERFORMANCE.md says why.
inline constexpr std::size_t kChunkBytes = 2 << 20;

/// What the file will hold of a piece.
struct EncodedPiece {
    codec::Codec codec = codec::Codec::raw;
    ByteView data{};  ///< in the buffer, or the piece's raw bytes themselves
    BufferPool::Buffer buffer{};
};

struct Piece {
    /// Of a leaf that is read from a file they are gone after `take`, and before it if the piece is
    /// encoded into other memory: only their number is there. Such a piece is always measured and
    /// encoded.
    ByteView raw{};
    BufferPool::Buffer memory{};  ///< that `raw` lies in, if it was read
    std::uint64_t first_byte = 0;
    Digest digest{};
    /// Nothing if the store has this chunk already: then its leaf is probably there, too.
    std::optional<pytree::Moments> moments{};
    /// Nothing if the store has this chunk already, or if the leaf is inline.
    std::optional<EncodedPiece> encoded{};
};

class SavePipeline {
public:
    /// Calls take(leaf, piece) for every piece, in order of leaves and bytes, on the caller's
    /// thread. If anything throws, all workers have let go of the leaves' memory before it leaves.
    using Take = std::function<void(const LeafSource&, Piece)>;
    /// Whether the store has a chunk; called from the workers. Wrong answers cost time only.
    using Known = std::function<bool(const Digest&)>;

    SavePipeline(WorkerPool& workers, codec::Codec codec);

    void run(const std::vector<LeafSource>& leaves, const Known& known, const Take& take);

    /// On the caller's thread: for a known chunk that was deleted meanwhile.
    EncodedPiece encode(const LeafSource& leaf, ByteView raw);

private:
    Piece piece_at(const LeafSource& leaf, std::size_t at, std::size_t nbytes);
    std::future<Piece> submit(const LeafSource& leaf, std::size_t at, std::size_t nbytes,
                              const Known& known);
    Piece encoded(Piece piece, const LeafSource& leaf, const Known& known);

    WorkerLane workers_;
    const codec::Codec codec_;
    BufferPool buffers_;
    BufferPool read_buffers_;
};

}  // namespace ckptlite::detail
