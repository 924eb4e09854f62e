// SPDX-License-Identifier: MIT
#include "codec/huffman_code.hpp"

#include <algorithm>
#include <array>
#include <bitset>
#include <cassert>
#include <tuple>

namespace ckptlite::codec {
namespace {

struct Leaf {
    std::uint32_t count;
    std::uint16_t symbol;
};

constexpr std::size_t kMaxItems = 2 * kMaxCodeSymbols;

/// One level of the package-merge method: leaves and packages of two items of the level below, by
/// weight. What is in a package need not be kept: leaves are always taken from the lightest on.
struct Level {
    std::array<std::uint32_t, kMaxItems> weights;
    std::bitset<kMaxItems> is_leaf;
    std::size_t size = 0;

    void add_leaf(std::uint32_t weight) noexcept {
        is_leaf.set(size);
        weights[size++] = weight;
    }
};

void merge(std::span<const Leaf> leaves, const Level& below, Level& level) noexcept {
    auto leaf = leaves.begin();
    for (std::size_t i = 0; i + 1 < below.size; i += 2) {
        const std::uint32_t package = below.weights[i] + below.weights[i + 1];
        for (; leaf != leaves.end() && leaf->count <= package; ++leaf) level.add_leaf(leaf->count);
        level.weights[level.size++] = package;
    }
    for (; leaf != leaves.end(); ++leaf) level.add_leaf(leaf->count);
}

std::uint16_t reversed(std::uint32_t word, unsigned bits) noexcept {
    std::uint32_t result = 0;
    for (unsigned i = 0; i < bits; ++i) result |= ((word >> i) & 1U) << (bits - 1 - i);
    return static_cast<std::uint16_t>(result);
}

}  // namespace

void make_code_lengths(std::span<const std::uint32_t> counts, unsigned limit,
                       std::span<std::uint8_t> lengths) noexcept {
    assert(counts.size() <= kMaxCodeSymbols && counts.size() == lengths.size());
    assert(limit <= kMaxCodeBits);
    std::fill(lengths.begin(), lengths.end(), std::uint8_t{0});
    std::array<Leaf, kMaxCodeSymbols> all;
    std::size_t n = 0;
    for (std::size_t symbol = 0; symbol < counts.size(); ++symbol) {
        if (counts[symbol] > 0) all[n++] = {counts[symbol], static_cast<std::uint16_t>(symbol)};
    }
    const std::span leaves = std::span(all).first(n);
    assert(n <= std::size_t{1} << limit);
    if (n == 1) lengths[leaves[0].symbol] = 1;
    if (n < 2) return;
    std::sort(leaves.begin(), leaves.end(), [](const Leaf& a, const Leaf& b) {
        return std::tie(a.count, a.symbol) < std::tie(b.count, b.symbol);
    });

    std::array<Level, kMaxCodeBits> levels;
    for (const Leaf& leaf : leaves) levels[0].add_leaf(leaf.count);
    for (unsigned i = 1; i < limit; ++i) merge(leaves, levels[i - 1], levels[i]);
    // The lightest 2n - 2 items of the top level make the code; each leaf in them is one bit more.
    std::size_t taken = 2 * n - 2;
    for (unsigned i = limit; i-- > 0;) {
        std::size_t taken_leaves = 0;
        for (std::size_t item = 0; item < taken; ++item) taken_leaves += levels[i].is_leaf[item];
        for (const Leaf& leaf : leaves.first(taken_leaves)) ++lengths[leaf.symbol];
        taken = 2 * (taken - taken_leaves);
    }
}

void make_code_words(std::span<const std::uint8_t> lengths,
                     std::span<std::uint16_t> words) noexcept {
    std::array<std::uint32_t, kMaxCodeBits + 1> next{};
    for (const std::uint8_t length : lengths) {
        if (length > 0) ++next[length];
    }
    std::uint32_t first = 0;
    for (unsigned length = 1; length <= kMaxCodeBits; ++length) {
        const std::uint32_t count = next[length];
        next[length] = first;
        first = (first + count) << 1;
    }
    for (std::size_t symbol = 0; symbol < lengths.size(); ++symbol) {
        const unsigned length = lengths[symbol];
        words[symbol] = length == 0 ? std::uint16_t{0} : reversed(next[length]++, length);
    }
}

}  // namespace ckptlite::codec
