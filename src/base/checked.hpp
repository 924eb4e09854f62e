// SPDX-License-Identifier: MIT
// Arithmetic on sizes that may come from a file: the result, or nothing if it does not fit.
#pragma once

#include <concepts>
#include <cstdint>
#include <optional>

namespace ckptlite {

template <std::integral T>
constexpr std::optional<T> checked_mul(T a, T b) noexcept {
    T product;
    if (__builtin_mul_overflow(a, b, &product)) return std::nullopt;
    return product;
}

}  // namespace ckptlite
