// SPDX-License-Identifier: MIT
// quantile_of() of leaf_numbers.hpp. Doubles are ranked by 64-bit keys in the same order. The keys
// that may be the one looked for are narrowed down, 16 bits with each pass over the leaf, until so
// few elements have one of them that they can be sorted in memory.
#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <vector>

#include "ext/leaf_numbers.hpp"
#include "ext/leaf_values.hpp"

namespace ckptlite::ext {
namespace {

constexpr std::uint64_t kSortable = 1 << 20;  // elements: 8 MiB
constexpr unsigned kDigitBits = 16;
constexpr std::uint64_t kSignBit = 1ULL << 63;

std::uint64_t key_of(double value) noexcept {
    const auto bits = std::bit_cast<std::uint64_t>(value + 0.0);  // -0.0 becomes 0.0
    return (bits & kSignBit) != 0 ? ~bits : bits | kSignBit;
}

double value_of(std::uint64_t key) noexcept {
    return std::bit_cast<double>((key & kSignBit) != 0 ? key ^ kSignBit : ~key);
}

template <typename Visit>
void for_each_key(StoredLeaf& leaf, Visit visit) {
    for_each_values(leaf, [&](std::span<const double> values) {
        for (const double value : values) {
            if (std::isfinite(value)) visit(key_of(value));
        }
    });
}

/// The keys whose upper bits are `upper`: those of `count` elements; `rank` of the one looked for
/// among them.
struct Range {
    unsigned open_bits = 64;
    std::uint64_t upper = 0;
    std::uint64_t count = 0;
    std::uint64_t rank = 0;

    bool has(std::uint64_t key) const noexcept {
        return open_bits == 64 || key >> open_bits == upper;
    }
};

Range narrowed(StoredLeaf& leaf, const Range& range) {
    const unsigned open_bits = range.open_bits - kDigitBits;
    constexpr std::uint64_t kDigits = 1ULL << kDigitBits;
    std::vector<std::uint64_t> counts(kDigits);
    for_each_key(leaf, [&](std::uint64_t key) {
        if (range.has(key)) ++counts[(key >> open_bits) & (kDigits - 1)];
    });
    std::uint64_t rank = range.rank;
    std::uint64_t digit = 0;
    while (rank >= counts[digit]) rank -= counts[digit++];
    return {.open_bits = open_bits,
            .upper = range.open_bits == 64 ? digit : range.upper << kDigitBits | digit,
            .count = counts[digit],
            .rank = rank};
}

struct Neighbours {
    double value = 0;
    double next = 0;  ///< the same if the value is the largest
};

/// The value of this rank, from 0, among the finite elements, and the one that follows it.
Neighbours select(StoredLeaf& leaf, Range range) {
    while (range.count > kSortable && range.open_bits > 0) range = narrowed(leaf, range);
    std::vector<std::uint64_t> keys;
    std::uint64_t above = std::numeric_limits<std::uint64_t>::max();
    for_each_key(leaf, [&](std::uint64_t key) {
        if (!range.has(key)) {
            if (key >> range.open_bits > range.upper) above = std::min(above, key);
        } else if (range.open_bits > 0) {
            keys.push_back(key);
        }
    });
    // All of them are one number: nothing to sort.
    if (range.open_bits == 0) {
        const bool last = range.rank + 1 == range.count;
        return {value_of(range.upper), value_of(last ? above : range.upper)};
    }
    std::sort(keys.begin(), keys.end());
    const bool last = range.rank + 1 == keys.size();
    return {value_of(keys[range.rank]), value_of(last ? above : keys[range.rank + 1])};
}

}  // namespace

std::optional<double> quantile_of(StoredLeaf& leaf, double q) {
    require_order(leaf, "quantiles");
    const std::uint64_t n = moments_of(leaf).n_finite;
    if (n == 0) return std::nullopt;
    const double position = q * static_cast<double>(n - 1);
    const auto rank = std::min(static_cast<std::uint64_t>(position), n - 1);
    const double share = position - static_cast<double>(rank);
    const Neighbours found = select(leaf, {.count = n, .rank = rank});
    // The largest has no next one.
    return share > 0 && rank + 1 < n ? std::lerp(found.value, found.next, share) : found.value;
}

}  // namespace ckptlite::ext
