// SPDX-License-Identifier: MIT
#include "tree/moments.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <complex>
#include <cstddef>
#include <cstring>
#include <type_traits>

#include "tree/float_formats.hpp"
#include "tree/half_floats.hpp"
#include "tree/moment_lanes.hpp"

namespace ckptlite::pytree {
namespace {

struct ToDouble {
    template <typename Integer>
    CKPTLITE_ALWAYS_INLINE double operator()(Integer value) const {
        return static_cast<double>(value);
    }
};

struct Same {
    template <typename Float>
    CKPTLITE_ALWAYS_INLINE Float operator()(Float value) const {
        return value;
    }
};

/// Elements of type Stored, each turned into a float or double by Convert.
template <typename Stored, typename Convert>
using Converted = std::invoke_result_t<Convert, Stored>;

template <typename Stored, typename Convert>
CKPTLITE_ALWAYS_INLINE void convert_with(const std::byte* from, std::size_t n,
                                         Converted<Stored, Convert>* to) {
    if constexpr (std::is_same_v<Convert, Same>) {
        std::memcpy(to, from, n * sizeof(Stored));
    } else if constexpr (std::is_same_v<Convert, ToDouble>) {
        for (std::size_t i = 0; i < n; ++i) {
            to[i] = static_cast<double>(load_le<Stored>(from + i * sizeof(Stored)));
        }
    } else {
        half_floats_to_floats(Convert(), from, n, to);
    }
}

template <typename Stored, typename Convert>
void convert_baseline(const std::byte* from, std::size_t n,
                      Converted<Stored, Convert>* to) noexcept {
    convert_with<Stored, Convert>(from, n, to);
}

template <typename Stored, typename Convert>
CKPTLITE_TARGET_AVX2 void convert_avx2(const std::byte* from, std::size_t n,
                                       Converted<Stored, Convert>* to) noexcept {
    convert_with<Stored, Convert>(from, n, to);
}

template <typename Stored, typename Convert>
Moments moments_by(InstructionSet set, ByteView bytes) noexcept {
    using Float = Converted<Stored, Convert>;
    const auto convert = set == InstructionSet::avx2 ? convert_avx2<Stored, Convert>
                                                     : convert_baseline<Stored, Convert>;
    Lanes<Float> lanes;
    Block<Float> block;
    const std::size_t count = bytes.size() / sizeof(Stored);
    for (std::size_t first = 0; first < count; first += kBlock) {
        const std::size_t n = std::min(count - first, kBlock);
        convert(bytes.data() + first * sizeof(Stored), n, block.data());
        add_block(set, lanes, block, n);
    }
    return lanes.moments(count);
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

Moments moments_of(DType dtype, ByteView bytes, InstructionSet set) noexcept {
    switch (dtype) {
        case DType::int16:
            return moments_by<std::int16_t, ToDouble>(set, bytes);
        case DType::int32:
            return moments_by<std::int32_t, ToDouble>(set, bytes);
        case DType::int64:
            return moments_by<std::int64_t, ToDouble>(set, bytes);
        case DType::uint16:
            return moments_by<std::uint16_t, ToDouble>(set, bytes);
        case DType::uint32:
            return moments_by<std::uint32_t, ToDouble>(set, bytes);
        case DType::uint64:
            return moments_by<std::uint64_t, ToDouble>(set, bytes);
        case DType::float16:
            return moments_by<std::uint16_t, FromFloat16>(set, bytes);
        case DType::bfloat16:
            return moments_by<std::uint16_t, FromBfloat16>(set, bytes);
        case DType::float32:
            return moments_by<float, Same>(set, bytes);
        case DType::float64:
            return moments_by<double, Same>(set, bytes);
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
