// SPDX-License-Identifier: MIT
// Element types of tensors. Names are NumPy's and ml_dtypes'.
//
// Sub-byte integers (int4, uint4) hold one element a byte, in memory and in the file, as ml_dtypes
// does: int4 as the int8 of the same value (-8..7), uint4 as the uint8 of the same value (0..15).
// Everything here is a pure function of its arguments: safe from any thread.
#pragma once

#include <complex>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string_view>
#include <type_traits>

#include "ckptlite/visibility.hpp"

namespace CKPTLITE_API ckptlite {

enum class DType : std::uint8_t {
    boolean,
    int4,
    int8,
    int16,
    int32,
    int64,
    uint4,
    uint8,
    uint16,
    uint32,
    uint64,
    float16,
    bfloat16,
    float32,
    float64,
    complex64,
    complex128,
    float8_e4m3fn,
    float8_e5m2,
    float8_e4m3fnuz,
    float8_e5m2fnuz,
    float8_e4m3b11fnuz,
};

/// "float32", "bool", ... : the name the file stores.
std::string_view dtype_name(DType dtype) noexcept;

/// The inverse of dtype_name; nothing if no dtype has this name.
std::optional<DType> parse_dtype(std::string_view name) noexcept;

/// Bytes an element takes, 1 to 16.
std::size_t itemsize(DType dtype) noexcept;

/// Every dtype, in the order of the enumeration.
std::span<const DType> all_dtypes() noexcept;

namespace detail {

/// The 16-bit floats of C++ and of libraries (_Float16, std::bfloat16_t, Eigen::half, c10::Half,
/// ...) are known by what their std::numeric_limits say, so no header of theirs is needed.
template <typename T>
consteval std::optional<DType> half_dtype() {
    using Limits = std::numeric_limits<T>;
#ifdef __FLT16_MANT_DIG__
    if constexpr (std::is_same_v<T, _Float16>) return DType::float16;  // g++ 12 has no limits of it
#endif
    if constexpr (!Limits::is_specialized || Limits::is_integer || Limits::radix != 2)
        return std::nullopt;
    else if constexpr (Limits::digits == 11 && Limits::max_exponent == 16)
        return DType::float16;
    else if constexpr (Limits::digits == 8 && Limits::max_exponent == 128)
        return DType::bfloat16;
    else
        return std::nullopt;
}

template <typename T>
consteval std::optional<DType> integer_dtype() {
    constexpr bool is_signed = std::is_signed_v<T>;
    if constexpr (std::is_same_v<T, bool>)
        return DType::boolean;
    else if constexpr (sizeof(T) == 1)
        return is_signed ? DType::int8 : DType::uint8;
    else if constexpr (sizeof(T) == 2)
        return is_signed ? DType::int16 : DType::uint16;
    else if constexpr (sizeof(T) == 4)
        return is_signed ? DType::int32 : DType::uint32;
    else if constexpr (sizeof(T) == 8)
        return is_signed ? DType::int64 : DType::uint64;
    else
        return std::nullopt;
}

template <typename T>
consteval std::optional<DType> known_dtype() {
    if constexpr (std::is_integral_v<T>)
        return integer_dtype<T>();
    else if constexpr (std::is_same_v<T, float>)
        return DType::float32;
    else if constexpr (std::is_same_v<T, double>)
        return DType::float64;
    else if constexpr (std::is_same_v<T, std::complex<float>>)
        return DType::complex64;
    else if constexpr (std::is_same_v<T, std::complex<double>>)
        return DType::complex128;
    else if constexpr (std::is_object_v<T> && !std::is_array_v<T>) {
        if constexpr (std::is_trivially_copyable_v<T> && sizeof(T) == 2) return half_dtype<T>();
    }
    return std::nullopt;
}

}  // namespace detail

/// `DTypeOf<T>::value` is the dtype of the C++ type T: bool, integers of up to 64 bits, float,
/// double, std::complex of these, and 16-bit floats. Specialise it for an element type of your own,
/// which must be trivially copyable and have the bytes that dtype_name() promises.
template <typename T>
struct DTypeOf {};

template <typename T>
requires(detail::known_dtype<T>().has_value()) struct DTypeOf<T> {
    static constexpr DType value = *detail::known_dtype<T>();
};

/// What arrays of can be stored as a tensor.
template <typename T>
concept TensorElement = std::is_trivially_copyable_v<T> && requires {
    { DTypeOf<T>::value } -> std::convertible_to<DType>;
};

template <typename T>
consteval DType dtype_of() {
    static_assert(TensorElement<T>, "no dtype corresponds to this type");
    return DTypeOf<T>::value;
}

}  // namespace ckptlite
