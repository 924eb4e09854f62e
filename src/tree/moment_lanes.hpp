// SPDX-License-Identifier: MIT
// The loops under moments_of(): sums and extremes of floats or doubles, element i in lane
// i % kLanes, so that the bits of the result do not depend on how many a processor adds at once.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <type_traits>

#include "base/instruction_set.hpp"
#include "tree/moments.hpp"

namespace ckptlite::pytree {

inline constexpr std::size_t kLanes = 8;  ///< one add need not wait for another

/// A register's worth of numbers: compilers keep such variables in registers, arrays not always.
template <typename T, std::size_t kBytes>
using Vector __attribute__((vector_size(kBytes))) = T;

template <typename Float>
struct Lanes {
    static constexpr Float kInfinity = std::numeric_limits<Float>::infinity();
    std::array<Float, kLanes> min, max;
    std::array<double, kLanes> sum{}, squares{};
    std::uint64_t n_finite = 0;
    std::uint64_t nan_count = 0;

    Lanes() noexcept {
        min.fill(kInfinity);
        max.fill(-kInfinity);
    }

    bool has_finite_squares() const noexcept {
        double total = 0;
        for (const double lane : squares) total += lane;
        return std::isfinite(total);
    }

    Moments moments(std::uint64_t n) const noexcept {
        Moments total{
            .n_finite = n_finite, .nan_count = nan_count, .inf_count = n - n_finite - nan_count};
        for (std::size_t i = 0; i < kLanes; ++i)
            total.merge({.min = static_cast<double>(min[i]),
                         .max = static_cast<double>(max[i]),
                         .sum = sum[i],
                         .sum_squares = squares[i]});
        return total;
    }
};

/// kBytes is the size of the registers; n is a multiple of kLanes.
template <typename Float, std::size_t kBytes>
CKPTLITE_ALWAYS_INLINE void add_extremes(Lanes<Float>& lanes, const Float* values, std::size_t n) {
    // Two of them at least: one alone is not kept in a register.
    constexpr std::size_t kSize = std::min(kBytes, kLanes * sizeof(Float) / 2);
    constexpr std::size_t kEach = kSize / sizeof(Float);
    constexpr std::size_t kVectors = kLanes / kEach;
    Vector<Float, kSize> min[kVectors];
    Vector<Float, kSize> max[kVectors];
    for (std::size_t j = 0; j < kVectors; ++j) {
        std::memcpy(&min[j], &lanes.min[j * kEach], kSize);
        std::memcpy(&max[j], &lanes.max[j * kEach], kSize);
    }
    for (std::size_t i = 0; i < n; i += kLanes) {
        for (std::size_t j = 0; j < kVectors; ++j) {
            Vector<Float, kSize> x;
            std::memcpy(&x, values + i + j * kEach, kSize);
            min[j] = x < min[j] ? x : min[j];
            max[j] = x > max[j] ? x : max[j];
        }
    }
    for (std::size_t j = 0; j < kVectors; ++j) {
        std::memcpy(&lanes.min[j * kEach], &min[j], kSize);
        std::memcpy(&lanes.max[j * kEach], &max[j], kSize);
    }
}

template <typename Float, std::size_t kBytes>
CKPTLITE_ALWAYS_INLINE void add_sums(Lanes<Float>& lanes, const Float* values, std::size_t n) {
    constexpr std::size_t kEach = kBytes / sizeof(double);
    constexpr std::size_t kVectors = kLanes / kEach;
    Vector<double, kBytes> sum[kVectors];
    Vector<double, kBytes> squares[kVectors];
    for (std::size_t j = 0; j < kVectors; ++j) {
        std::memcpy(&sum[j], &lanes.sum[j * kEach], kBytes);
        std::memcpy(&squares[j], &lanes.squares[j * kEach], kBytes);
    }
    for (std::size_t i = 0; i < n; i += kLanes) {
        for (std::size_t j = 0; j < kVectors; ++j) {
            Vector<Float, kEach * sizeof(Float)> x;
            std::memcpy(&x, values + i + j * kEach, sizeof x);
            const auto number = __builtin_convertvector(x, Vector<double, kBytes>);
            sum[j] += number;
            squares[j] += number * number;
        }
    }
    for (std::size_t j = 0; j < kVectors; ++j) {
        std::memcpy(&lanes.sum[j * kEach], &sum[j], kBytes);
        std::memcpy(&lanes.squares[j * kEach], &squares[j], kBytes);
    }
}

/// How many of a block are finite, and how many are NaN.
struct Kinds {
    std::uint64_t n_finite = 0;
    std::uint64_t nan_count = 0;
};

/// Counts them, and copies the block with `instead` for those that are not finite.
template <typename Float>
CKPTLITE_ALWAYS_INLINE Kinds copy_finite(const Float* values, std::size_t n, Float instead,
                                         Float* copy) {
    using Bits = std::conditional_t<sizeof(Float) == 4, std::uint32_t, std::uint64_t>;
    constexpr Bits kMagnitude = std::numeric_limits<Bits>::max() >> 1;
    constexpr Bits kInfinity = std::bit_cast<Bits>(std::numeric_limits<Float>::infinity());
    Bits n_finite = 0;
    Bits nan_count = 0;
    for (std::size_t i = 0; i < n; ++i) {
        const Bits magnitude = std::bit_cast<Bits>(values[i]) & kMagnitude;
        n_finite += magnitude < kInfinity ? 1 : 0;
        nan_count += magnitude > kInfinity ? 1 : 0;
        copy[i] = magnitude < kInfinity ? values[i] : instead;
    }
    return {n_finite, nan_count};
}

inline constexpr std::size_t kBlock = 1'024;  ///< elements at a time; they stay in the L1 cache

template <typename Float>
using Block = std::array<Float, kBlock>;

// The loops proper stay functions of their own: inlined into more, they run out of registers.

template <typename Float>
[[gnu::noinline]] void add_sums_baseline(Lanes<Float>& lanes, const Float* values,
                                         std::size_t n) noexcept {
    add_sums<Float, 16>(lanes, values, n);
}

template <typename Float>
[[gnu::noinline]] CKPTLITE_TARGET_AVX2 void add_sums_avx2(Lanes<Float>& lanes, const Float* values,
                                                          std::size_t n) noexcept {
    add_sums<Float, 32>(lanes, values, n);
}

template <typename Float>
[[gnu::noinline]] void add_extremes_baseline(Lanes<Float>& lanes, const Float* values,
                                             std::size_t n) noexcept {
    add_extremes<Float, 16>(lanes, values, n);
}

template <typename Float>
[[gnu::noinline]] CKPTLITE_TARGET_AVX2 void add_extremes_avx2(Lanes<Float>& lanes,
                                                              const Float* values,
                                                              std::size_t n) noexcept {
    add_extremes<Float, 32>(lanes, values, n);
}

/// Adds elements of which some are not finite, or have squares that overflow.
template <typename Float>
void add_with_care(Lanes<Float>& lanes, const Float* values, std::size_t n) {
    Block<Float> finite;
    const Kinds kinds = copy_finite(values, n, Float{0}, finite.data());
    lanes.n_finite += kinds.n_finite;
    lanes.nan_count += kinds.nan_count;
    if (kinds.n_finite == 0) return;
    add_sums_baseline(lanes, finite.data(), n);
    std::size_t i = 0;
    while (!std::isfinite(values[i])) ++i;
    copy_finite(values, n, values[i], finite.data());
    add_extremes_baseline(lanes, finite.data(), n);
}

/// The first n elements of the block; the others are overwritten. Nearly always all of them are
/// finite. One that is not shows in the squares.
template <typename Float>
void add_block(InstructionSet set, Lanes<Float>& lanes, Block<Float>& block,
               std::size_t n) noexcept {
    const bool avx2 = set == InstructionSet::avx2;
    const std::size_t padded = (n + kLanes - 1) / kLanes * kLanes;
    for (std::size_t i = n; i < padded; ++i) block[i] = std::numeric_limits<Float>::quiet_NaN();
    Lanes<Float> hopeful = lanes;
    (avx2 ? add_sums_avx2<Float> : add_sums_baseline<Float>)(hopeful, block.data(), padded);
    if (hopeful.has_finite_squares()) {
        (avx2 ? add_extremes_avx2<Float> : add_extremes_baseline<Float>)(hopeful, block.data(),
                                                                         padded);
        hopeful.n_finite += n;
        lanes = hopeful;
    } else {
        add_with_care(lanes, block.data(), padded);
        lanes.nan_count -= padded - n;
    }
}

}  // namespace ckptlite::pytree
