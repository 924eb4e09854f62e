// SPDX-License-Identifier: MIT
#include "store/leaf_comparison.hpp"

#include <algorithm>
#include <cstring>
#include <vector>

#include "store/stored_tree.hpp"

namespace ckptlite::detail {
namespace {

/// A leaf from its first byte to its last.
class Pieces {
    template <typename Read>
    auto here(Read read) const {
        return at_place(leaf_.connection, leaf_.checkpoint, leaf_.row.path, read);
    }

public:
    explicit Pieces(const ComparedLeaf& leaf)
        : leaf_(leaf),
          reader_(leaf.connection),
          chunks_(here([&] { return reader_.chunks_unless_inline(leaf.row); })) {}

    bool cuts_elements(std::size_t size) const {
        return std::ranges::any_of(
            chunks_, [&](const format::ChunkRef& chunk) { return chunk.first_byte % size != 0; });
    }

    /// The chunk with this byte, which is not before the one asked for last; none: the leaf is
    /// inline.
    const format::ChunkRef* chunk_at(std::uint64_t byte) {
        if (chunks_.empty()) return nullptr;
        while (chunks_[next_].first_byte + chunks_[next_].nbytes <= byte) ++next_;
        return &chunks_[next_];
    }

    /// Where the piece with this byte ends.
    std::uint64_t end_at(std::uint64_t byte) {
        const auto* const chunk = chunk_at(byte);
        return chunk == nullptr ? leaf_.row.nbytes : chunk->first_byte + chunk->nbytes;
    }

    /// Within one piece. `read` is told what is stored of a chunk that had to be read.
    template <typename OnRead>
    ByteView bytes(std::uint64_t first, std::uint64_t end, OnRead read) {
        const auto* const chunk = chunk_at(first);
        if (chunk == nullptr) return ByteView(*leaf_.row.data).subspan(first, end - first);
        if (chunk != decoded_chunk_) {
            decoded_chunk_ = nullptr;
            decoded_.resize(chunk->nbytes);
            here([&] { reader_.read_chunk(*chunk, decoded_); });
            decoded_chunk_ = chunk;
            read(chunk->stored_nbytes);
        }
        return ByteView(decoded_).subspan(first - chunk->first_byte, end - first);
    }

private:
    const ComparedLeaf& leaf_;
    LeafReader reader_;
    const std::vector<format::ChunkRef> chunks_;
    std::size_t next_ = 0;
    const format::ChunkRef* decoded_chunk_ = nullptr;
    std::vector<std::byte> decoded_;
};

/// Chunks of the same place: then their digests say whether their bytes are the same.
bool same_place(const format::ChunkRef* a, const format::ChunkRef* b) noexcept {
    return a != nullptr && b != nullptr && a->first_byte == b->first_byte && a->nbytes == b->nbytes;
}

}  // namespace

LeafComparison compare_leaves(const ComparedLeaf& a, const ComparedLeaf& b,
                              std::optional<DType> elements, const OnCompared& on_compared) {
    if (a.row.nbytes != b.row.nbytes) return {.same = false};  // strings
    Pieces of_a(a);
    Pieces of_b(b);
    // An element that goes on in a chunk of the same digest wants its bytes, too.
    const std::size_t size = elements ? itemsize(*elements) : 1;
    const bool may_skip = !of_a.cuts_elements(size) && !of_b.cuts_elements(size);
    std::optional<pytree::ElementComparison> numbers;
    if (elements) numbers.emplace(*elements);
    LeafComparison found;
    const auto on_read = [&](std::uint64_t nbytes) { on_compared(nbytes, nbytes); };
    for (std::uint64_t at = 0, end = 0; at < a.row.nbytes; at = end) {
        end = std::min(of_a.end_at(at), of_b.end_at(at));
        const auto* const chunk = of_a.chunk_at(at);
        const auto* const other = of_b.chunk_at(at);
        if (same_place(chunk, other)) {
            const bool same = chunk->digest == other->digest;
            if (same && may_skip) {
                on_compared(chunk->stored_nbytes + other->stored_nbytes, 0);
                continue;
            }
            found.same = found.same && same;
        }
        if (!found.same && !numbers) return found;
        const ByteView x = of_a.bytes(at, end, on_read);
        const ByteView y = of_b.bytes(at, end, on_read);
        if (numbers)
            numbers->add(x, y);
        else
            found.same = std::memcmp(x.data(), y.data(), x.size()) == 0;
    }
    if (numbers) found = {numbers->difference().n_different == 0, numbers->difference()};
    return found;
}

}  // namespace ckptlite::detail
