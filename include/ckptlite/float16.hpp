// SPDX-License-Identifier: MIT
// The 16-bit floats as values of C++: Float16 is IEEE 754's binary16, Bfloat16 the upper half of a
// float. They are for holding, converting and storing, not for arithmetic: a float is.
//
// They convert to and from the types of the same format that the compiler and other libraries have,
// _Float16 or Eigen::bfloat16, bit by bit. Pure functions; any thread.
#pragma once

#include <bit>
#include <concepts>
#include <cstdint>
#include <limits>

#include "ckptlite/dtype.hpp"
#include "ckptlite/visibility.hpp"

namespace CKPTLITE_API ckptlite {

class Float16;
class Bfloat16;

template <>
struct DTypeOf<Float16> {
    static constexpr DType value = DType::float16;
};

template <>
struct DTypeOf<Bfloat16> {
    static constexpr DType value = DType::bfloat16;
};

namespace detail {

constexpr float bfloat16_to_float(std::uint16_t code) noexcept {
    return std::bit_cast<float>(static_cast<std::uint32_t>(code) << 16);
}

/// Without branches: the exponent is rebased by a multiplication, which also makes subnormals of
/// float16 normal; infinities and NaNs get the exponent of theirs afterwards.
constexpr float float16_to_float(std::uint16_t code) noexcept {
    const std::uint32_t magnitude = code & 0x7FFFU;
    const float rebased = std::bit_cast<float>(magnitude << 13) * 0x1p112F;
    const std::uint32_t special = magnitude >= 0x7C00U ? 0x7F80'0000U : 0U;
    const std::uint32_t sign = static_cast<std::uint32_t>(code & 0x8000U) << 16;
    return std::bit_cast<float>(std::bit_cast<std::uint32_t>(rebased) | special | sign);
}

/// The upper bits of `bits`, rounded to nearest, ties to even.
constexpr std::uint32_t round_off(std::uint32_t bits, unsigned dropped) noexcept {
    const std::uint32_t odd = bits >> dropped & 1U;
    return (bits + (1U << (dropped - 1)) - 1U + odd) >> dropped;
}

/// To nearest, ties to even; a NaN stays one, with the upper bits of its payload.
constexpr std::uint16_t float_to_bfloat16(float value) noexcept {
    const auto bits = std::bit_cast<std::uint32_t>(value);
    const bool is_nan = (bits & 0x7FFF'FFFFU) > 0x7F80'0000U;
    return static_cast<std::uint16_t>(is_nan ? bits >> 16 | 0x40U : round_off(bits, 16));
}

/// The same. What is too large becomes infinite.
constexpr std::uint16_t float_to_float16(float value) noexcept {
    const auto bits = std::bit_cast<std::uint32_t>(value);
    const std::uint32_t sign = bits >> 16 & 0x8000U;
    const std::uint32_t magnitude = bits & 0x7FFF'FFFFU;
    const auto code = [&]() -> std::uint32_t {
        if (magnitude > 0x7F80'0000U) return 0x7E00U | (magnitude >> 13 & 0x3FFU);
        if (magnitude >= 0x4780'0000U) return 0x7C00U;  // 65,536 and more
        if (magnitude >= 0x3880'0000U)                  // 2^-14, the least normal number, and more
            return round_off(magnitude - 0x3800'0000U, 13);
        if (magnitude < 0x3300'0000U) return 0;  // below half of the least number, 2^-24
        const std::uint32_t significand = (magnitude & 0x7F'FFFFU) | 0x80'0000U;
        return round_off(significand, 126U - (magnitude >> 23));
    };
    return static_cast<std::uint16_t>(sign | code());
}

/// A 16-bit float of somebody else's, of the format of Own (which is not complete where this asks).
template <typename T, typename Own>
concept SameFormat = !std::same_as<T, Own> && sizeof(T) == 2 && TensorElement<T> &&
                     dtype_of<T>() == DTypeOf<Own>::value;

}  // namespace detail

class Float16 {
public:
    constexpr Float16() noexcept = default;
    /// Rounds to nearest, ties to even.
    constexpr explicit Float16(float value) noexcept : bits_(detail::float_to_float16(value)) {}
    constexpr Float16(const detail::SameFormat<Float16> auto& other) noexcept
        : bits_(std::bit_cast<std::uint16_t>(other)) {}

    static constexpr Float16 from_bits(std::uint16_t bits) noexcept {
        Float16 value;
        value.bits_ = bits;
        return value;
    }
    constexpr std::uint16_t bits() const noexcept { return bits_; }

    /// Exact.
    constexpr operator float() const noexcept { return detail::float16_to_float(bits_); }
    /// The same bits as another type: `value.as<_Float16>()`.
    template <detail::SameFormat<Float16> T>
    constexpr T as() const noexcept {
        return std::bit_cast<T>(bits_);
    }

private:
    std::uint16_t bits_ = 0;
};

class Bfloat16 {
public:
    constexpr Bfloat16() noexcept = default;
    /// Rounds to nearest, ties to even.
    constexpr explicit Bfloat16(float value) noexcept : bits_(detail::float_to_bfloat16(value)) {}
    constexpr Bfloat16(const detail::SameFormat<Bfloat16> auto& other) noexcept
        : bits_(std::bit_cast<std::uint16_t>(other)) {}

    static constexpr Bfloat16 from_bits(std::uint16_t bits) noexcept {
        Bfloat16 value;
        value.bits_ = bits;
        return value;
    }
    constexpr std::uint16_t bits() const noexcept { return bits_; }

    /// Exact.
    constexpr operator float() const noexcept { return detail::bfloat16_to_float(bits_); }
    /// The same bits as another type: `value.as<Eigen::bfloat16>()`.
    template <detail::SameFormat<Bfloat16> T>
    constexpr T as() const noexcept {
        return std::bit_cast<T>(bits_);
    }

private:
    std::uint16_t bits_ = 0;
};

}  // namespace ckptlite
