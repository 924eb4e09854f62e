// SPDX-License-Identifier: MIT
#include "tree/element_difference.hpp"

#include <cmath>
#include <complex>
#include <limits>
#include <random>

#include "ckptlite/tensor.hpp"
#include "support/catch.hpp"

namespace ckptlite::pytree {
namespace {

template <typename T>
ByteView bytes_of(const std::vector<T>& values) {
    return std::as_bytes(std::span<const T>(values));
}

template <typename T>
ElementDifference compared(DType dtype, const std::vector<T>& a, const std::vector<T>& b) {
    return difference_of(dtype, bytes_of(a), bytes_of(b));
}

template <typename T>
ElementDifference compared(const std::vector<T>& a, const std::vector<T>& b) {
    return compared(dtype_of<T>(), a, b);
}

TEST_CASE("integers are subtracted exactly, from one end of their range to the other") {
    using Limits = std::numeric_limits<std::int64_t>;
    CHECK(compared<std::int64_t>({Limits::max()}, {Limits::max() - 1}).max_abs == 1);
    CHECK(compared<std::int64_t>({Limits::min()}, {Limits::max()}).max_abs == 0x1p64);
    CHECK(compared<std::uint64_t>({~0ULL}, {~0ULL - 3}).max_abs == 3);
    CHECK(compared<std::int32_t>({-5, 2}, {5, 2}).max_abs == 10);
    CHECK(compared<std::uint32_t>({1}, {4'000'000'000}).max_abs == 3'999'999'999.0);
    CHECK(compared<std::int16_t>({-32768}, {32767}).max_abs == 65535);
    CHECK(compared<std::uint16_t>({0}, {65535}).max_abs == 65535);
    CHECK(compared<std::int8_t>({-128}, {127}).max_abs == 255);
    CHECK(compared<std::uint8_t>({0}, {255}).max_abs == 255);
    CHECK(compared<std::int8_t>(DType::int4, {-8}, {7}).max_abs == 15);
    CHECK(compared<std::uint8_t>(DType::uint4, {0}, {15}).max_abs == 15);
    CHECK(compared<std::uint8_t>(DType::boolean, {0, 1}, {1, 1}).n_different == 1);
}

TEST_CASE("every float format is compared by its values") {
    CHECK(compared<float>({1.5F}, {-1}).max_abs == 2.5);
    CHECK(compared<double>({1.5}, {-1}).max_abs == 2.5);
    CHECK(compared<std::uint16_t>(DType::bfloat16, {0x3f80}, {0x4000}).max_abs == 1);
    CHECK(compared<std::uint16_t>(DType::float16, {0x3c00}, {0x4000}).max_abs == 1);
    CHECK(compared<std::uint8_t>(DType::float8_e4m3fn, {0x38}, {0x40}).max_abs == 1);
    CHECK(compared<std::uint8_t>(DType::float8_e5m2, {0x3c}, {0x40}).max_abs == 1);
    CHECK(compared<std::uint8_t>(DType::float8_e4m3fnuz, {0x40}, {0x48}).max_abs == 1);
    CHECK(compared<std::uint8_t>(DType::float8_e5m2fnuz, {0x40}, {0x44}).max_abs == 1);
    CHECK(compared<std::uint8_t>(DType::float8_e4m3b11fnuz, {0x58}, {0x60}).max_abs == 1);
    CHECK(compared<std::uint8_t>(DType::float8_e4m3fn, {0x7f}, {0x40}).n_not_finite == 1);
}

TEST_CASE("complex numbers differ by the absolute value of their difference") {
    using Complex = std::complex<float>;
    const auto difference = compared<Complex>({{1, 1}, {0, 0}}, {{4, 5}, {0, 0}});
    CHECK(difference.n_different == 1);
    CHECK(difference.max_abs == 5);
    CHECK(difference.sum_squares == 25);
    const float nan = std::nanf("");
    const float inf = std::numeric_limits<float>::infinity();
    CHECK(compared<Complex>({{nan, inf}}, {{0, 0}}).n_not_finite == 1);
    CHECK(compared<std::complex<double>>({{0, 3}}, {{4, 0}}).max_abs == 5);
}

TEST_CASE("pieces that end anywhere give what the whole does") {
    std::mt19937_64 random(7);
    for (const DType dtype : all_dtypes()) {
        const std::size_t n = 3'000 * itemsize(dtype);
        std::vector<std::uint8_t> a(n);
        for (std::uint8_t& byte : a) byte = static_cast<std::uint8_t>(random() & 1U);
        std::vector<std::uint8_t> b = a;
        for (int i = 0; i < 50; ++i) b[random() % n] ^= 1U;
        const ElementDifference whole = difference_of(dtype, bytes_of(a), bytes_of(b));
        ElementComparison comparison(dtype);
        for (std::size_t at = 0; at < n;) {
            const std::size_t end = std::min<std::size_t>(n, at + random() % 700);
            comparison.add(bytes_of(a).subspan(at, end - at), bytes_of(b).subspan(at, end - at));
            at = end;
        }
        CAPTURE(dtype_name(dtype));
        CHECK(whole.n_different > 0);
        CHECK(comparison.difference().n_different == whole.n_different);
        CHECK(comparison.difference().n_not_finite == whole.n_not_finite);
        CHECK(comparison.difference().max_abs == whole.max_abs);
        CHECK(std::abs(comparison.difference().sum_squares - whole.sum_squares) <=
              1e-9 * whole.sum_squares);
    }
}

}  // namespace
}  // namespace ckptlite::pytree
