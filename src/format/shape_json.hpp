// SPDX-License-Identifier: MIT
// The inverse of shape_text(): leaf.shape as a Shape.
#pragma once

#include <string_view>

#include "ckptlite/tensor.hpp"

namespace ckptlite::format {

/// Accepts exactly what shape_text() writes: "[3, 4]". Throws Corrupt for anything else, a negative
/// extent, or a rank over the limit.
Shape parse_shape(std::string_view text);

}  // namespace ckptlite::format
