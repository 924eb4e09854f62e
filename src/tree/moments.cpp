// SPDX-License-Identifier: MIT
#include "tree/moments.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <complex>
#include <cstddef>
#include <span>
#include <type_traits>

#include "tree/float_formats.hpp"

namespace ckptlite::pytree {
namespace {

constexpr std::size_t kLanes = 8;  // independent accumulators: one add need not wait for another
constexpr std::size_t kBlock = 1'024;  // elements converted at a time; they stay in the L1 cache

template <typename Float>
using BitsOf = std::conditional_t<sizeof(Float) == 4, std::uint32_t, std::uint64_t>;

/// Sums over elements that are float or double, without branches: a number that is not finite
/// adds zero to the sums and its neutral element to min and max.
template <typename Float>
class Lanes {
public:
    void add(std::span<const Float> values) noexcept {
        const std::size_t whole = values.size() - values.size() % kLanes;
        for (std::size_t i = 0; i < whole; i += kLanes)
            for (std::size_t lane = 0; lane < kLanes; ++lane) add_one(lane, values[i + lane]);
        for (std::size_t i = whole; i < values.size(); ++i) add_one(i - whole, values[i]);
        n_ += values.size();
    }

    Moments moments() const noexcept {
        Moments total;
        for (std::size_t lane = 0; lane < kLanes; ++lane)
            total.merge({.n_finite = finite_[lane],
                         .nan_count = nan_[lane],
                         .min = static_cast<double>(min_[lane]),
                         .max = static_cast<double>(max_[lane]),
                         .sum = sum_[lane],
                         .sum_squares = squares_[lane]});
        total.inf_count = n_ - total.n_finite - total.nan_count;
        return total;
    }

private:
    using Bits = BitsOf<Float>;
    static constexpr Float kInfinity = std::numeric_limits<Float>::infinity();
    static constexpr Bits kInfinityBits = std::bit_cast<Bits>(kInfinity);

    void add_one(std::size_t lane, Float value) noexcept {
        const Bits magnitude = std::bit_cast<Bits>(value) & ~(Bits{1} << (8 * sizeof(Bits) - 1));
        const bool finite = magnitude < kInfinityBits;
        finite_[lane] += finite;
        nan_[lane] += magnitude > kInfinityBits;
        min_[lane] = std::min(min_[lane], finite ? value : kInfinity);
        max_[lane] = std::max(max_[lane], finite ? value : -kInfinity);
        const double number = finite ? static_cast<double>(value) : 0.0;
        sum_[lane] += number;
        squares_[lane] += number * number;
    }

    template <typename T>
    static constexpr std::array<T, kLanes> filled(T value) {
        std::array<T, kLanes> lanes{};
        lanes.fill(value);
        return lanes;
    }
    std::array<Bits, kLanes> finite_{}, nan_{};
    std::array<Float, kLanes> min_ = filled(kInfinity), max_ = filled(-kInfinity);
    std::array<double, kLanes> sum_{}, squares_{};
    std::uint64_t n_ = 0;
};

/// Elements of type Stored, each turned into a float or double by `convert`.
template <typename Stored, typename Convert>
Moments moments_with(ByteView bytes, Convert convert) noexcept {
    using Float = std::invoke_result_t<Convert, Stored>;
    Lanes<Float> lanes;
    std::array<Float, kBlock> block;
    for (std::size_t left = bytes.size() / sizeof(Stored); left != 0;) {
        const std::size_t n = std::min(left, kBlock);
        for (std::size_t i = 0; i < n; ++i)
            block[i] = convert(load_le<Stored>(bytes.data() + i * sizeof(Stored)));
        lanes.add({block.data(), n});
        bytes = bytes.subspan(n * sizeof(Stored));
        left -= n;
    }
    return lanes.moments();
}

template <typename Integer>
Moments integer_moments(ByteView bytes) noexcept {
    return moments_with<Integer>(bytes, [](Integer value) { return static_cast<double>(value); });
}

template <typename Float>
Moments float_moments(ByteView bytes) noexcept {
    return moments_with<Float>(bytes, [](Float value) { return value; });
}

/// Counts how often each of the 256 codes stands there; the rest does not depend on the size.
Moments byte_moments(DType dtype, ByteView bytes) noexcept {
    std::array<std::uint64_t, 256> counts{};
    for (const std::byte code : bytes) ++counts[std::to_integer<std::size_t>(code)];
    Moments total;
    for (std::size_t code = 0; code < counts.size(); ++code) {
        if (counts[code] == 0) continue;
        const double value = static_cast<double>(byte_values(dtype)[code]);
        const auto n = static_cast<double>(counts[code]);
        if (std::isfinite(value))
            total.merge({.n_finite = counts[code],
                         .min = value,
                         .max = value,
                         .sum = n * value,
                         .sum_squares = n * value * value});
        else
            (std::isnan(value) ? total.nan_count : total.inf_count) += counts[code];
    }
    return total;
}

template <typename Part>
Moments complex_moments(ByteView bytes) noexcept {
    Moments total;
    for (; bytes.size() >= 2 * sizeof(Part); bytes = bytes.subspan(2 * sizeof(Part))) {
        const auto re = static_cast<double>(load_le<Part>(bytes.data()));
        const auto im = static_cast<double>(load_le<Part>(bytes.data() + sizeof(Part)));
        const bool is_nan = std::isnan(re) || std::isnan(im);
        const bool is_finite = std::isfinite(re) && std::isfinite(im);
        total.nan_count += is_nan;
        total.n_finite += is_finite;
        total.inf_count += !is_nan && !is_finite;
        if (is_finite) total.sum_squares += re * re + im * im;
    }
    return total;
}

std::optional<double> if_finite(double value) noexcept {
    return std::isfinite(value) ? std::optional(value) : std::nullopt;
}

}  // namespace

void Moments::merge(const Moments& other) noexcept {
    n_finite += other.n_finite;
    nan_count += other.nan_count;
    inf_count += other.inf_count;
    min = std::min(min, other.min);
    max = std::max(max, other.max);
    sum += other.sum;
    sum_squares += other.sum_squares;
}

Moments moments_of(DType dtype, ByteView bytes) noexcept {
    switch (dtype) {
        case DType::int16:
            return integer_moments<std::int16_t>(bytes);
        case DType::int32:
            return integer_moments<std::int32_t>(bytes);
        case DType::int64:
            return integer_moments<std::int64_t>(bytes);
        case DType::uint16:
            return integer_moments<std::uint16_t>(bytes);
        case DType::uint32:
            return integer_moments<std::uint32_t>(bytes);
        case DType::uint64:
            return integer_moments<std::uint64_t>(bytes);
        case DType::float16:
            return moments_with<std::uint16_t>(bytes, float16_to_float);
        case DType::bfloat16:
            return moments_with<std::uint16_t>(bytes, bfloat16_to_float);
        case DType::float32:
            return float_moments<float>(bytes);
        case DType::float64:
            return float_moments<double>(bytes);
        case DType::complex64:
            return complex_moments<float>(bytes);
        case DType::complex128:
            return complex_moments<double>(bytes);
        default:
            return byte_moments(dtype, bytes);
    }
}

LeafStatistics statistics_of(DType dtype, const Moments& moments) noexcept {
    LeafStatistics statistics{.nan_count = moments.nan_count, .inf_count = moments.inf_count};
    if (moments.n_finite == 0) return statistics;
    statistics.norm = if_finite(std::sqrt(moments.sum_squares));
    if (dtype == DType::complex64 || dtype == DType::complex128) return statistics;
    statistics.min = moments.min;
    statistics.max = moments.max;
    statistics.mean = if_finite(moments.sum / static_cast<double>(moments.n_finite));
    return statistics;
}

}  // namespace ckptlite::pytree
