// SPDX-License-Identifier: MIT
// Elements of a tensor as doubles, whatever their dtype. Pure functions; any thread.
#pragma once

#include <cstddef>

#include "base/bytes.hpp"
#include "ckptlite/dtype.hpp"

namespace ckptlite::pytree {

constexpr bool is_complex(DType dtype) noexcept {
    return dtype == DType::complex64 || dtype == DType::complex128;
}

/// Those without a fraction stand first in the enumeration.
constexpr bool is_integer(DType dtype) noexcept {
    return dtype <= DType::uint64;
}

/// The elements at `bytes`, which need not be aligned, as numbers at `out`: two for a complex one,
/// real part first. 64-bit integers are rounded. Bytes of a last incomplete element are ignored.
void to_doubles(DType dtype, ByteView bytes, double* out) noexcept;

}  // namespace ckptlite::pytree
