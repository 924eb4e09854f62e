// SPDX-License-Identifier: MIT
#include "store/leaf_checker.hpp"

#include <algorithm>

#include "ckptlite/error.hpp"
#include "tree/scalar_bytes.hpp"

namespace ckptlite::detail {
namespace {

constexpr std::uint64_t kLongestNumber = 16;  // a complex one

/// The bytes of UTF-8 text up to a character that may go on in the next piece.
std::size_t whole_characters(ByteView text) noexcept {
    constexpr std::size_t kLongest = 4;
    for (std::size_t n = 1; n <= std::min(kLongest, text.size()); ++n) {
        const auto byte = std::to_integer<unsigned>(text[text.size() - n]);
        if (byte < 0x80U) break;
        if (byte >= 0xc0U) return text.size() - n;  // begins a character
    }
    return text.size();
}

}  // namespace

CheckedLeaf LeafChecker::check(const format::LeafRow& row) {
    const LeafType type = leaf_type(row);
    const bool tensor = type.kind == pytree::LeafKind::tensor;
    const auto elements = tensor ? std::optional(type.dtype) : pytree::scalar_dtype(type.kind);
    CheckedLeaf found{.chunks = reader_.chunks_unless_inline(row)};
    pytree::Moments moments;
    bool measurable = row.data || decode_;
    if (row.data) {
        found.stored_nbytes = row.nbytes;
        if (elements) moments = pytree::moments_of(*elements, *row.data);
        nbytes_ += decode_ ? row.data->size() : 0;
    }
    for (const format::ChunkRef& chunk : found.chunks) {
        found.stored_nbytes += chunk.stored_nbytes;
        if (chunk.nbytes % (elements ? itemsize(*elements) : 1) != 0) measurable = false;
        if (decode_) moments.merge(moments_of(chunk, elements.value_or(DType::uint8)));
    }
    if (!tensor && elements && row.nbytes > kLongestNumber) {
        throw Corrupt("a leaf of kind " + row.kind + " has " + std::to_string(row.nbytes) +
                      " bytes");
    }
    if (!tensor && (row.data || decode_)) check_scalar(type.kind, row, found.chunks);
    if (!elements) found.statistics.emplace();
    if (elements && measurable) found.statistics = pytree::statistics_of(*elements, moments);
    return found;
}

void LeafChecker::check_chunk(const format::ChunkRef& chunk) {
    if (!seen_.contains(chunk.chunk_id)) static_cast<void>(decoded(chunk));
}

ByteView LeafChecker::decoded(const format::ChunkRef& chunk) {
    const bool first = seen_.insert(chunk.chunk_id).second;
    decoded_.resize(chunk.nbytes);
    const ByteView stored = reader_.read_stored(chunk);
    const StoredChunk read{chunk, stored, decoded_};
    decode_chunks(std::span(&read, 1));
    if (first) {
        nbytes_ += chunk.nbytes;
        if (on_chunk_) on_chunk_(chunk, stored);
    }
    return decoded_;
}

const pytree::Moments& LeafChecker::moments_of(const format::ChunkRef& chunk, DType elements) {
    const auto key = std::pair(chunk.chunk_id, elements);
    const auto known = measured_.find(key);
    if (known != measured_.end()) return known->second;
    const ByteView bytes = decoded(chunk);
    return measured_.emplace(key, pytree::moments_of(elements, bytes)).first->second;
}

void LeafChecker::check_scalar(pytree::LeafKind kind, const format::LeafRow& row,
                               const std::vector<format::ChunkRef>& chunks) {
    if (row.data) {
        static_cast<void>(pytree::scalar_from_bytes(kind, *row.data));
        return;
    }
    if (kind == pytree::LeafKind::bytes) return;  // any will do
    // A piece at a time: a small file can declare a string of terabytes.
    std::vector<std::byte> piece;
    for (const format::ChunkRef& chunk : chunks) {
        const ByteView bytes = decoded(chunk);
        piece.insert(piece.end(), bytes.begin(), bytes.end());
        if (kind != pytree::LeafKind::string) continue;
        const std::size_t whole = whole_characters(piece);
        static_cast<void>(pytree::scalar_from_bytes(kind, ByteView(piece).first(whole)));
        piece.erase(piece.begin(), piece.begin() + static_cast<std::ptrdiff_t>(whole));
    }
    static_cast<void>(pytree::scalar_from_bytes(kind, piece));
}

}  // namespace ckptlite::detail
