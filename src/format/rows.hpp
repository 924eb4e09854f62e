// SPDX-License-Identifier: MIT
// The rows of the tables, as values, and the digests that bind them together. No SQL here.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/digest.hpp"
#include "ckptlite/statistics.hpp"
#include "codec/chunk_codec.hpp"

namespace ckptlite::format {

/// tree: one stored pytree.
struct TreeRow {
    std::int64_t id = 0;
    std::uint64_t n_leaves = 0;
    std::uint64_t nbytes = 0;
    std::uint64_t stored_nbytes = 0;
    std::optional<Digest> digest{};
    std::string staged_by{};  ///< empty: published
    std::string structure{};
};

/// leaf: dtype and shape are empty unless kind is "tensor".
struct LeafRow {
    std::int64_t id = 0;
    std::string path{};
    std::string kind{};
    std::string dtype{};
    std::string shape{};
    std::uint64_t nbytes = 0;
    std::uint64_t stored_nbytes = 0;
    LeafStatistics statistics{};
    Digest digest{};
    /// The bytes of a small leaf; a leaf without them lies in chunks.
    std::optional<std::vector<std::byte>> data{};
};

/// leaf_chunk joined with chunk, but for the data.
struct ChunkRef {
    std::int64_t chunk_id = 0;
    std::uint64_t first_byte = 0;
    std::uint64_t nbytes = 0;
    std::uint64_t stored_nbytes = 0;
    codec::Codec codec = codec::Codec::raw;
    Digest digest{};
};

/// Binds a leaf's content to its path and type: XXH3-128 over path, kind, dtype and shape, each
/// followed by a NUL byte, and then the inline bytes, or the digests of the chunks in order.
class LeafDigester {
public:
    explicit LeafDigester(const LeafRow& leaf);
    void add_inline(ByteView bytes) noexcept { digester_.update(bytes); }
    void add_chunk(const Digest& chunk) noexcept { digester_.update(ByteView(chunk)); }
    Digest finish() const noexcept { return digester_.finish(); }

private:
    Digester digester_;
};

/// Binds the leaves to their tree: XXH3-128 over the structure JSON, a NUL byte, and the digests of
/// the leaves in tree order.
class TreeDigester {
public:
    explicit TreeDigester(const std::string& structure);
    void add_leaf(const Digest& leaf) noexcept { digester_.update(ByteView(leaf)); }
    Digest finish() const noexcept { return digester_.finish(); }

private:
    Digester digester_;
};

}  // namespace ckptlite::format
