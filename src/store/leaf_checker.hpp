// SPDX-License-Identifier: MIT
// Whether a leaf is whole: what loading it checks, and what its row says of its data. For verify,
// which compares, and salvage, which takes over what was found.
//
// Runs on the connection's thread, inside a transaction of the caller.
#pragma once

#include <functional>
#include <map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "store/leaf_reader.hpp"
#include "tree/moments.hpp"

namespace ckptlite::detail {

/// What the data of a leaf say, whatever its row does.
struct CheckedLeaf {
    std::vector<format::ChunkRef> chunks{};  ///< none: the bytes are in the row
    std::uint64_t stored_nbytes = 0;
    /// None if chunks are not decoded, or if another writer cut the leaf within an element.
    std::optional<LeafStatistics> statistics{};
};

class LeafChecker {
public:
    /// Gets each chunk once, when it has been decoded, and what is stored of it.
    using OnChunk = std::function<void(const format::ChunkRef& chunk, ByteView stored)>;

    /// Without `decode` the bytes in chunks are not read.
    LeafChecker(const db::Connection& connection, bool decode, OnChunk on_chunk)
        : reader_(connection), decode_(decode), on_chunk_(std::move(on_chunk)) {}

    /// `row` has its inline data. Throws Corrupt.
    CheckedLeaf check(const format::LeafRow& row);
    /// Decodes a chunk unless that was tried for some leaf. Throws Corrupt.
    void check_chunk(const format::ChunkRef& chunk);

    /// Decoded and compared with their digests.
    std::uint64_t nbytes() const noexcept { return nbytes_; }

private:
    ByteView decoded(const format::ChunkRef& chunk);
    const pytree::Moments& moments_of(const format::ChunkRef& chunk, DType elements);
    void check_scalar(pytree::LeafKind kind, const format::LeafRow& row,
                      const std::vector<format::ChunkRef>& chunks);

    LeafReader reader_;
    bool decode_;
    OnChunk on_chunk_;
    std::uint64_t nbytes_ = 0;
    std::unordered_set<std::int64_t> seen_;  // chunks, damaged ones among them
    /// A chunk that leaves share is measured once for each type they give it.
    std::map<std::pair<std::int64_t, DType>, pytree::Moments> measured_;
    std::vector<std::byte> decoded_;
};

}  // namespace ckptlite::detail
