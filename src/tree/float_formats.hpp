// SPDX-License-Identifier: MIT
// Values of the small floating-point formats. Every value of theirs is exact in a float.
//
// float16 and bfloat16 are IEEE-like. The float8 formats are those of ml_dtypes: "fn" has no
// infinities and one NaN of each sign; "fnuz" has, too, no -0, whose code 0x80 is its only NaN.
// Pure functions; any thread.
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <limits>

#include "ckptlite/dtype.hpp"
#include "ckptlite/float16.hpp"

namespace ckptlite::pytree {

/// How the codes that IEEE 754 gives to infinities and NaN are used.
enum class Specials : std::uint8_t { ieee, fn, fnuz };

/// Sign, exponent and mantissa fill one byte.
struct Float8Format {
    unsigned mantissa_bits;
    int bias;
    Specials specials;
};

inline constexpr Float8Format kE4m3fn{3, 7, Specials::fn};
inline constexpr Float8Format kE5m2{2, 15, Specials::ieee};
inline constexpr Float8Format kE4m3fnuz{3, 8, Specials::fnuz};
inline constexpr Float8Format kE5m2fnuz{2, 16, Specials::fnuz};
inline constexpr Float8Format kE4m3b11fnuz{3, 11, Specials::fnuz};

/// 2 to the power of a normal float's exponent, -126 to 127.
constexpr float power_of_two(int exponent) noexcept {
    return std::bit_cast<float>(static_cast<std::uint32_t>(exponent + 127) << 23);
}

constexpr float float8_to_float(std::uint8_t code, Float8Format format) noexcept {
    constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
    const std::uint8_t magnitude = code & 0x7F;
    const auto exponent = static_cast<int>(magnitude >> format.mantissa_bits);
    const auto mantissa = static_cast<int>(magnitude & ((1U << format.mantissa_bits) - 1));
    const float sign = code < 0x80 ? 1.0F : -1.0F;
    if (format.specials == Specials::fnuz && code == 0x80) return kNan;
    if (format.specials == Specials::fn && magnitude == 0x7F) return kNan;
    if (format.specials == Specials::ieee && exponent == 0x7F >> format.mantissa_bits)
        return mantissa == 0 ? sign * std::numeric_limits<float>::infinity() : kNan;
    const int implicit = exponent == 0 ? 0 : 1 << format.mantissa_bits;
    const int scale = (exponent == 0 ? 1 : exponent) - format.bias;
    return sign * static_cast<float>(implicit + mantissa) *
           power_of_two(scale - static_cast<int>(format.mantissa_bits));
}

using detail::bfloat16_to_float;
using detail::float16_to_float;

/// The values of the 256 codes of a dtype of one byte, integers and bool included (any code but 0
/// is true). The dtype's itemsize must be 1.
const std::array<float, 256>& byte_values(DType dtype) noexcept;

}  // namespace ckptlite::pytree
