// SPDX-License-Identifier: MIT
#include "tree/element_difference.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <type_traits>

#include "tree/float_formats.hpp"

namespace ckptlite::pytree {
namespace {

constexpr double kNotFinite = std::numeric_limits<double>::quiet_NaN();

/// |a - b|, or NaN where that says nothing.
double distance(double a, double b) noexcept {
    return std::isfinite(a) && std::isfinite(b) ? std::abs(a - b) : kNotFinite;
}

template <typename Integer>
double integer_distance(Integer a, Integer b) noexcept {
    using Unsigned = std::make_unsigned_t<Integer>;
    const auto low = static_cast<Unsigned>(std::min(a, b));
    const auto high = static_cast<Unsigned>(std::max(a, b));
    return static_cast<double>(static_cast<Unsigned>(high - low));
}

void count(ElementDifference& total, double distance) noexcept {
    ++total.n_different;
    if (std::isnan(distance)) {
        ++total.n_not_finite;
        return;
    }
    total.max_abs = std::max(total.max_abs, distance);
    total.sum_squares += distance * distance;
}

/// `distance_at` takes two pointers to elements of kSize bytes.
template <std::size_t kSize, typename DistanceAt>
ElementDifference compare(ByteView a, ByteView b, DistanceAt distance_at) noexcept {
    constexpr std::size_t kBlock = 512 * kSize;  // mostly, few of them differ
    ElementDifference total;
    for (std::size_t first = 0; first < a.size(); first += kBlock) {
        const std::size_t end = std::min(a.size(), first + kBlock);
        if (std::memcmp(a.data() + first, b.data() + first, end - first) == 0) continue;
        for (std::size_t i = first; i < end; i += kSize) {
            const std::byte* const x = a.data() + i;
            const std::byte* const y = b.data() + i;
            if (std::memcmp(x, y, kSize) != 0) count(total, distance_at(x, y));
        }
    }
    return total;
}

template <typename Integer>
ElementDifference compare_integers(ByteView a, ByteView b) noexcept {
    return compare<sizeof(Integer)>(a, b, [](const std::byte* x, const std::byte* y) {
        return integer_distance(load_le<Integer>(x), load_le<Integer>(y));
    });
}

template <typename Stored, typename ToFloat>
ElementDifference compare_floats(ByteView a, ByteView b, ToFloat to_float) noexcept {
    return compare<sizeof(Stored)>(a, b, [&](const std::byte* x, const std::byte* y) {
        return distance(static_cast<double>(to_float(load_le<Stored>(x))),
                        static_cast<double>(to_float(load_le<Stored>(y))));
    });
}

template <typename Part>
ElementDifference compare_complex(ByteView a, ByteView b) noexcept {
    return compare<2 * sizeof(Part)>(a, b, [](const std::byte* x, const std::byte* y) {
        const auto part = [&](std::size_t at) {
            return distance(static_cast<double>(load_le<Part>(x + at)),
                            static_cast<double>(load_le<Part>(y + at)));
        };
        const double real = part(0);
        const double imaginary = part(sizeof(Part));
        // hypot() of NaN and infinity is infinity.
        return std::isnan(real) || std::isnan(imaginary) ? kNotFinite : std::hypot(real, imaginary);
    });
}

}  // namespace

void ElementDifference::merge(const ElementDifference& other) noexcept {
    n_different += other.n_different;
    n_not_finite += other.n_not_finite;
    max_abs = std::max(max_abs, other.max_abs);
    sum_squares += other.sum_squares;
}

ElementDifference difference_of(DType dtype, ByteView a, ByteView b) noexcept {
    const auto as_is = [](auto value) { return value; };
    switch (dtype) {
        case DType::int16:
            return compare_integers<std::int16_t>(a, b);
        case DType::int32:
            return compare_integers<std::int32_t>(a, b);
        case DType::int64:
            return compare_integers<std::int64_t>(a, b);
        case DType::uint16:
            return compare_integers<std::uint16_t>(a, b);
        case DType::uint32:
            return compare_integers<std::uint32_t>(a, b);
        case DType::uint64:
            return compare_integers<std::uint64_t>(a, b);
        case DType::float16:
            return compare_floats<std::uint16_t>(a, b, float16_to_float);
        case DType::bfloat16:
            return compare_floats<std::uint16_t>(a, b, bfloat16_to_float);
        case DType::float32:
            return compare_floats<float>(a, b, as_is);
        case DType::float64:
            return compare_floats<double>(a, b, as_is);
        case DType::complex64:
            return compare_complex<float>(a, b);
        case DType::complex128:
            return compare_complex<double>(a, b);
        default:
            return compare_floats<std::uint8_t>(
                a, b, [&](std::uint8_t code) { return byte_values(dtype)[code]; });
    }
}

void ElementComparison::add(ByteView a, ByteView b) {
    const std::size_t size = itemsize(dtype_);
    const auto keep = [&](std::size_t n) {
        a_.insert(a_.end(), a.begin(), a.begin() + static_cast<std::ptrdiff_t>(n));
        b_.insert(b_.end(), b.begin(), b.begin() + static_cast<std::ptrdiff_t>(n));
        a = a.subspan(n);
        b = b.subspan(n);
    };
    if (!a_.empty()) keep(std::min(size - a_.size(), a.size()));
    if (a_.size() == size) {
        difference_.merge(difference_of(dtype_, a_, b_));
        a_.clear();
        b_.clear();
    }
    const std::size_t whole = a.size() / size * size;
    difference_.merge(difference_of(dtype_, a.first(whole), b.first(whole)));
    a = a.subspan(whole);
    b = b.subspan(whole);
    keep(a.size());
}

}  // namespace ckptlite::pytree
