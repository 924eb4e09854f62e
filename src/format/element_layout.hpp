// SPDX-License-Identifier: MIT
// How the elements of a dtype are split into byte planes: where the dtype table meets the codec.
#pragma once

#include "ckptlite/dtype.hpp"
#include "codec/chunk_codec.hpp"

namespace ckptlite::format {

/// Complex numbers are split as the pairs of floats they are. float32, float64 and bfloat16 are
/// rotated by one bit so that the exponent does not share a byte with the sign.
codec::ElementLayout element_layout(DType dtype) noexcept;

}  // namespace ckptlite::format
