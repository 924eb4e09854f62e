// SPDX-License-Identifier: MIT
// Element types of tensors. Names are NumPy's and ml_dtypes'.
//
// Sub-byte integers (int4, uint4) hold one element a byte, in memory and in the file, as ml_dtypes
// does: int4 as the int8 of the same value (-8..7), uint4 as the uint8 of the same value (0..15).
// Everything here is a pure function of its arguments: safe from any thread.
#pragma once

#include <complex>
#include <cstddef>
#include <cstdint>
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

/// The dtype of a C++ arithmetic or std::complex type.
template <typename T>
consteval DType dtype_of() {
    if constexpr (std::is_same_v<T, bool>)
        return DType::boolean;
    else if constexpr (std::is_same_v<T, float>)
        return DType::float32;
    else if constexpr (std::is_same_v<T, double>)
        return DType::float64;
    else if constexpr (std::is_same_v<T, std::complex<float>>)
        return DType::complex64;
    else if constexpr (std::is_same_v<T, std::complex<double>>)
        return DType::complex128;
    else {
        static_assert(std::is_integral_v<T> && sizeof(T) <= 8, "no dtype corresponds to this type");
        constexpr bool is_signed = std::is_signed_v<T>;
        if constexpr (sizeof(T) == 1)
            return is_signed ? DType::int8 : DType::uint8;
        else if constexpr (sizeof(T) == 2)
            return is_signed ? DType::int16 : DType::uint16;
        else if constexpr (sizeof(T) == 4)
            return is_signed ? DType::int32 : DType::uint32;
        else
            return is_signed ? DType::int64 : DType::uint64;
    }
}

}  // namespace ckptlite
