// SPDX-License-Identifier: MIT
#include "codec/huffman_code.hpp"

#include <algorithm>
#include <random>
#include <vector>

#include "support/catch.hpp"

namespace ckptlite::codec {
namespace {

using Counts = std::vector<std::uint32_t>;
using Lengths = std::vector<std::uint8_t>;

Lengths lengths_of(const Counts& counts, unsigned limit) {
    Lengths lengths(counts.size());
    make_code_lengths(counts, limit, lengths);
    return lengths;
}

std::uint64_t cost(const Counts& counts, const Lengths& lengths) {
    std::uint64_t bits = 0;
    for (std::size_t i = 0; i < counts.size(); ++i) bits += std::uint64_t{counts[i]} * lengths[i];
    return bits;
}

/// 2^-length of all words, in units of 2^-15: 2^15 for a complete code.
std::uint32_t space(const Lengths& lengths) {
    std::uint32_t sum = 0;
    for (const std::uint8_t length : lengths) sum += length == 0 ? 0U : 1U << (15 - length);
    return sum;
}

/// The bits of an optimal code without a limit: each joining of two weights costs their sum.
std::uint64_t unlimited_cost(const Counts& counts) {
    std::vector<std::uint64_t> heap;
    for (const std::uint32_t count : counts) {
        if (count > 0) heap.push_back(count);
    }
    std::uint64_t bits = 0;
    while (heap.size() > 1) {
        std::sort(heap.rbegin(), heap.rend());
        const std::uint64_t joined = heap[heap.size() - 1] + heap[heap.size() - 2];
        heap.resize(heap.size() - 2);
        heap.push_back(joined);
        bits += joined;
    }
    return bits;
}

Counts fibonacci(std::size_t n) {
    Counts counts{1, 1};
    while (counts.size() < n) {
        counts.push_back(counts[counts.size() - 1] + counts[counts.size() - 2]);
    }
    return counts;
}

TEST_CASE("symbols that do not occur have no word, one that is alone has one of a bit", "[codec]") {
    CHECK(lengths_of({0, 0, 0}, 15) == Lengths{0, 0, 0});
    CHECK(lengths_of({0, 9, 0}, 15) == Lengths{0, 1, 0});
    CHECK(lengths_of({5, 0, 1}, 15) == Lengths{1, 0, 1});
}

TEST_CASE("frequent symbols have short words", "[codec]") {
    CHECK(lengths_of({8, 4, 2, 1, 1}, 15) == Lengths{1, 2, 3, 4, 4});
    CHECK(lengths_of({1, 1, 1, 1}, 15) == Lengths{2, 2, 2, 2});
}

TEST_CASE("a limit shortens the longest words and keeps the code complete", "[codec]") {
    const Counts counts = fibonacci(25);
    for (unsigned limit = 5; limit <= 15; ++limit) {
        CAPTURE(limit);
        const Lengths lengths = lengths_of(counts, limit);
        CHECK(*std::max_element(lengths.begin(), lengths.end()) == limit);
        CHECK(space(lengths) == 1U << 15);
        if (limit > 5) CHECK(cost(counts, lengths) < cost(counts, lengths_of(counts, limit - 1)));
    }
    CHECK(lengths_of(Counts(256, 7), 8) == Lengths(256, 8));
}

TEST_CASE("codes are optimal where the limit does not matter", "[codec]") {
    const std::uint64_t seed = 77;
    CAPTURE(seed);
    std::mt19937_64 random(seed);
    for (int i = 0; i < 500; ++i) {
        Counts counts(2 + random() % 200);
        for (std::uint32_t& count : counts) count = static_cast<std::uint32_t>(random() % 50);
        counts[0] = counts[1] = 1;
        const Lengths lengths = lengths_of(counts, 15);
        CAPTURE(i);
        REQUIRE(cost(counts, lengths) == unlimited_cost(counts));
        REQUIRE(space(lengths) == 1U << 15);
    }
}

TEST_CASE("words are those of RFC 1951, first bit lowest", "[codec]") {
    // The example of 3.2.2: 010, 011, 100, 101, 110, 00, 1110, 1111.
    std::vector<std::uint16_t> words(8);
    make_code_words(Lengths{3, 3, 3, 3, 3, 2, 4, 4}, words);
    CHECK(words == std::vector<std::uint16_t>{2, 6, 1, 5, 3, 0, 7, 15});
}

}  // namespace
}  // namespace ckptlite::codec
