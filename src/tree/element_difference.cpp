// SPDX-License-Identifier: MIT
#include "tree/element_difference.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <limits>
#include <type_traits>

#include "tree/element_values.hpp"

namespace ckptlite::pytree {
namespace {

constexpr std::size_t kBlock = 512;  // elements
constexpr double kNotFinite = std::numeric_limits<double>::quiet_NaN();

/// |a - b|, or NaN where that says nothing.
double distance(double a, double b) noexcept {
    return std::isfinite(a) && std::isfinite(b) ? std::abs(a - b) : kNotFinite;
}

/// Doubles do not hold every integer of 64 bits.
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

/// Of element i; complex ones are two numbers each.
struct Distances {
    std::array<double, 2 * kBlock> a, b;

    double real(std::size_t i) const noexcept { return distance(a[i], b[i]); }
    double complex(std::size_t i) const noexcept {
        const double re = real(2 * i);
        const double im = real(2 * i + 1);
        // hypot() of NaN and infinity is infinity.
        return std::isnan(re) || std::isnan(im) ? kNotFinite : std::hypot(re, im);
    }
};

/// Adds what differs in a block of elements. `distance_of` gives it of element i.
template <typename DistanceOf>
void add_block(ElementDifference& total, std::size_t size, ByteView a, ByteView b,
               DistanceOf distance_of) noexcept {
    for (std::size_t i = 0, at = 0; at < a.size(); ++i, at += size) {
        if (std::memcmp(a.data() + at, b.data() + at, size) != 0) count(total, distance_of(i));
    }
}

template <typename Integer>
void add_integers(ElementDifference& total, ByteView a, ByteView b) noexcept {
    add_block(total, sizeof(Integer), a, b, [&](std::size_t i) {
        return integer_distance(load_le<Integer>(a.data() + i * sizeof(Integer)),
                                load_le<Integer>(b.data() + i * sizeof(Integer)));
    });
}

void add_numbers(ElementDifference& total, DType dtype, ByteView a, ByteView b) noexcept {
    Distances values;
    to_doubles(dtype, a, values.a.data());
    to_doubles(dtype, b, values.b.data());
    const bool complex = is_complex(dtype);
    add_block(total, itemsize(dtype), a, b,
              [&](std::size_t i) { return complex ? values.complex(i) : values.real(i); });
}

}  // namespace

void ElementDifference::merge(const ElementDifference& other) noexcept {
    n_different += other.n_different;
    n_not_finite += other.n_not_finite;
    max_abs = std::max(max_abs, other.max_abs);
    sum_squares += other.sum_squares;
}

ElementDifference difference_of(DType dtype, ByteView a, ByteView b) noexcept {
    const std::size_t block = kBlock * itemsize(dtype);
    ElementDifference total;
    for (std::size_t at = 0; at < a.size(); at += block) {
        const ByteView x = a.subspan(at, std::min(block, a.size() - at));
        const ByteView y = b.subspan(at, x.size());
        if (std::memcmp(x.data(), y.data(), x.size()) == 0) continue;  // as most are
        if (dtype == DType::int64) {
            add_integers<std::int64_t>(total, x, y);
        } else if (dtype == DType::uint64) {
            add_integers<std::uint64_t>(total, x, y);
        } else {
            add_numbers(total, dtype, x, y);
        }
    }
    return total;
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
