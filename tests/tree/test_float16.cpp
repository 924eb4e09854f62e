// SPDX-License-Identifier: MIT
#include "ckptlite/float16.hpp"

#include <cmath>
#include <vector>

#include "ckptlite/tensor.hpp"
#include "support/catch.hpp"

namespace ckptlite {
namespace {

/// As another library would have it: known by its limits alone.
struct TheirHalf {
    std::uint16_t code;
};
struct TheirBrainFloat {
    std::uint16_t code;
};

}  // namespace
}  // namespace ckptlite

template <>
struct std::numeric_limits<ckptlite::TheirHalf> {
    static constexpr bool is_specialized = true;
    static constexpr bool is_integer = false;
    static constexpr int radix = 2;
    static constexpr int digits = 11;
    static constexpr int max_exponent = 16;
};

template <>
struct std::numeric_limits<ckptlite::TheirBrainFloat> {
    static constexpr bool is_specialized = true;
    static constexpr bool is_integer = false;
    static constexpr int radix = 2;
    static constexpr int digits = 8;
    static constexpr int max_exponent = 128;
};

namespace ckptlite {
namespace {

/// The value of the next code, one past the largest number included, where it is a power of two.
double next_of(std::uint16_t code, std::uint16_t infinity, double past_the_largest, double next) {
    return code + 1 == infinity ? past_the_largest : next;
}

template <typename Half>
void every_code_comes_back() {
    for (unsigned code = 0; code < 0x1'0000U; ++code) {
        const auto half = Half::from_bits(static_cast<std::uint16_t>(code));
        const Half again(static_cast<float>(half));
        if (!std::isnan(static_cast<float>(half)))
            REQUIRE(again.bits() == code);
        else
            REQUIRE(std::isnan(static_cast<float>(again)));
    }
}

/// The numbers halfway between two neighbours go to the even one, those beside it to the nearest.
template <typename Half>
void every_tie_goes_to_even(std::uint16_t infinity, double past_the_largest) {
    for (unsigned code = 0; code < infinity; ++code) {
        const auto bits = static_cast<std::uint16_t>(code);
        const auto up = static_cast<std::uint16_t>(code + 1);
        const double low = static_cast<float>(Half::from_bits(bits));
        const double high =
            next_of(bits, infinity, past_the_largest, static_cast<float>(Half::from_bits(up)));
        const auto middle = static_cast<float>((low + high) / 2);
        if (!std::isfinite(middle)) continue;
        const std::uint16_t even = code % 2 == 0 ? bits : up;
        REQUIRE(Half(middle).bits() == even);
        REQUIRE(Half(std::nextafter(middle, 0.0F)).bits() == bits);
        REQUIRE(Half(std::nextafter(middle, INFINITY)).bits() == up);
        REQUIRE(Half(-middle).bits() == (even | 0x8000U));
    }
}

TEST_CASE("every float16 and bfloat16 comes back from a float", "[tree]") {
    every_code_comes_back<Float16>();
    every_code_comes_back<Bfloat16>();
}

TEST_CASE("a float is rounded to the nearest float16 or bfloat16, ties to even", "[tree]") {
    every_tie_goes_to_even<Float16>(0x7C00, 65'536.0);
    every_tie_goes_to_even<Bfloat16>(0x7F80, 0x1p128);
}

TEST_CASE("what is too large for a float16 is infinite, what is too small is zero", "[tree]") {
    STATIC_REQUIRE(Float16(65'519.0F).bits() == 0x7BFF);
    STATIC_REQUIRE(Float16(65'520.0F).bits() == 0x7C00);
    STATIC_REQUIRE(Float16(-1e30F).bits() == 0xFC00);
    STATIC_REQUIRE(Float16(0x1p-25F).bits() == 0);
    STATIC_REQUIRE(Float16(-1e-30F).bits() == 0x8000);
    STATIC_REQUIRE(Bfloat16(3.4e38F).bits() == 0x7F80);
}

TEST_CASE("a NaN stays a NaN of its sign, however low its payload", "[tree]") {
    const auto nan = std::bit_cast<float>(0xFF80'0001U);
    CHECK(Float16(nan).bits() == 0xFE00);
    CHECK(Bfloat16(nan).bits() == 0xFFC0);
}

TEST_CASE("16-bit floats of others are known by their limits and convert bit by bit", "[tree]") {
    STATIC_REQUIRE(dtype_of<TheirHalf>() == DType::float16);
    STATIC_REQUIRE(dtype_of<TheirBrainFloat>() == DType::bfloat16);
    CHECK(Float16(TheirHalf{0x7C01}).bits() == 0x7C01);
    CHECK(Float16::from_bits(0x1234).as<TheirHalf>().code == 0x1234);
    CHECK(Bfloat16(TheirBrainFloat{0xFFFF}).bits() == 0xFFFF);
    CHECK(Bfloat16::from_bits(0x1234).as<TheirBrainFloat>().code == 0x1234);
    STATIC_REQUIRE_FALSE(std::is_constructible_v<Bfloat16, TheirHalf>);
#ifdef __FLT16_MANT_DIG__
    STATIC_REQUIRE(dtype_of<_Float16>() == DType::float16);
    CHECK(Float16(static_cast<_Float16>(1.5)).bits() == 0x3E00);
    CHECK(Float16(1.5F).as<_Float16>() == static_cast<_Float16>(1.5));
#endif
}

TEST_CASE("vectors of 16-bit floats are tensors", "[tree]") {
    const std::vector<Bfloat16> values{Bfloat16(1.0F), Bfloat16(-2.0F)};
    const Tensor tensor = Tensor::borrow(values, {2});
    CHECK(tensor.dtype() == DType::bfloat16);
    CHECK(tensor.as<Bfloat16>().data() == values.data());
}

}  // namespace
}  // namespace ckptlite
