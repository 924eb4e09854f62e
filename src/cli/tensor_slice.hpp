// SPDX-License-Identifier: MIT
// Walks through the part of a tensor that a slice names. Pure functions: safe from any thread.
#pragma once

#include <functional>
#include <vector>

#include "ckptlite/slice.hpp"
#include "ckptlite/tensor.hpp"

namespace ckptlite::cli {

/// Of the part: the counts of the axes that it has.
Shape sliced_shape(const std::vector<AxisRange>& ranges);

/// Calls `visit` with the position in the tensor of each element of the part, both in C order.
void for_each_position(const std::vector<AxisRange>& ranges, const Shape& shape,
                       const std::function<void(std::size_t)>& visit);

}  // namespace ckptlite::cli
