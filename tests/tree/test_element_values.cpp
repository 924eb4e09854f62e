// SPDX-License-Identifier: MIT
#include "tree/element_values.hpp"

#include <array>
#include <cmath>
#include <limits>
#include <vector>

#include "support/catch.hpp"
#include "tree/float_formats.hpp"

namespace ckptlite::test {
namespace {

template <typename T>
std::vector<double> doubles_of(DType dtype, const std::vector<T>& elements) {
    std::vector<double> found(elements.size(), 99);
    pytree::to_doubles(dtype, std::as_bytes(std::span(elements)), found.data());
    return found;
}

template <typename T>
void check_extremes() {
    using Limits = std::numeric_limits<T>;
    const std::vector<T> elements{Limits::lowest(), T{0}, T{1}, Limits::max()};
    const std::vector<double> expected{static_cast<double>(Limits::lowest()), 0, 1,
                                       static_cast<double>(Limits::max())};
    CHECK(doubles_of(dtype_of<T>(), elements) == expected);
}

TEST_CASE("numbers of every C++ type become the nearest doubles", "[tree]") {
    check_extremes<std::int8_t>();
    check_extremes<std::int16_t>();
    check_extremes<std::int32_t>();
    check_extremes<std::int64_t>();
    check_extremes<std::uint8_t>();
    check_extremes<std::uint16_t>();
    check_extremes<std::uint32_t>();
    check_extremes<std::uint64_t>();
    check_extremes<float>();
    check_extremes<double>();
}

TEST_CASE("small floats become the values that their formats give", "[tree]") {
    CHECK(doubles_of<std::uint16_t>(DType::float16, {0x3c00, 0xc000, 0x0001}) ==
          std::vector<double>{1, -2, std::ldexp(1, -24)});
    CHECK(doubles_of<std::uint16_t>(DType::bfloat16, {0x3f80, 0xff80}) ==
          std::vector<double>{1, -std::numeric_limits<double>::infinity()});
    CHECK(doubles_of<std::uint8_t>(DType::float8_e4m3fn, {0x38, 0x7e}) ==
          std::vector<double>{1, 448});
    CHECK(doubles_of<std::uint8_t>(DType::int4, {0xf8, 7}) == std::vector<double>{-8, 7});
    CHECK(doubles_of<std::uint8_t>(DType::boolean, {0, 1}) == std::vector<double>{0, 1});
}

TEST_CASE("complex numbers become pairs, an incomplete element nothing", "[tree]") {
    CHECK(doubles_of<float>(DType::complex64, {1, 2, 3}) == std::vector<double>{1, 2, 99});
    CHECK(doubles_of<double>(DType::complex128, {1, 2, 3}) == std::vector<double>{1, 2, 99});
    std::array<double, 2> found{99, 99};
    pytree::to_doubles(DType::float64, ByteView(std::array<std::byte, 15>{}), found.data());
    CHECK(found == std::array<double, 2>{0, 99});
}

}  // namespace
}  // namespace ckptlite::test
