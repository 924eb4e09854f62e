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
    ByteView data{};  ///< in the buffer, or the leaf's own memory
    BufferPool::Buffer buffer{};
};

/// Of the bytes of a leaf. Those of a chunk are read again where they are needed once more: of a
/// tensor with strides they are nowhere in one place.
struct Piece {
    std::uint64_t first_byte = 0;
    std::size_t nbytes = 0;
    std::vector<std::byte> data{};  ///< of an inline leaf, which has none of what follows
    Digest digest{};
    /// Nothing if the store has this chunk already: then its leaf is probably there, too.
    std::optional<pytree::Moments> moments{};
    std::optional<EncodedPiece> encoded{};  ///< nothing if the store has this chunk already
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

    /// Both on the caller's thread, of a piece that came without: for a known chunk that was
    /// deleted meanwhile, and for a leaf whose statistics are not known.
    EncodedPiece encode(const LeafSource& leaf, const Piece& piece);
    pytree::Moments measure(const LeafSource& leaf, std::uint64_t first_byte, std::size_t nbytes);

private:
    /// Bytes of a leaf in its own memory or, read, in the buffer.
    struct Raw {
        ByteView bytes{};
        BufferPool::Buffer buffer{};
    };
    Raw raw_bytes(const LeafSource& leaf, std::uint64_t first_byte, std::size_t nbytes);
    EncodedPiece encode(const LeafSource& leaf, Raw raw);
    Piece process(const LeafSource& leaf, const Known& known, std::uint64_t first_byte, Raw raw);
    std::future<Piece> submit(const LeafSource& leaf, const Known& known, std::uint64_t first_byte,
                              std::size_t nbytes);

    WorkerLane workers_;
    const codec::Codec codec_;
    BufferPool buffers_;
};

}  // namespace ckptlite::detail
