// SPDX-License-Identifier: MIT
// A part of a tensor, written as NumPy writes it: "0:3, 5, ::2", one item an axis, from the
// outermost; axes that are not named stay whole. Pure functions: safe from any thread.
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>
#include <vector>

#include "ckptlite/tensor.hpp"

namespace ckptlite::cli {

/// `count` positions of an axis from `first` on, `stride` apart (which may be negative).
struct AxisSlice {
    std::int64_t first = 0;
    std::int64_t count = 0;
    std::int64_t stride = 1;
    bool dropped = false;  ///< a single position: the axis is gone from the result

    /// The lowest and the highest position; only if count is not 0.
    std::int64_t lowest() const noexcept;
    std::int64_t highest() const noexcept;
};

/// One for each axis. Positions count from the end if negative; ranges are clipped to the axis,
/// single positions are not. Throws InvalidArgument that says what is wrong with which item.
std::vector<AxisSlice> parse_slice(std::string_view text, const Shape& shape);

/// Of the result: the counts of the axes that are not dropped.
Shape sliced_shape(const std::vector<AxisSlice>& slices);

/// Calls `visit` with the position, in C order, of each element of the result, in its C order.
void for_each_position(const std::vector<AxisSlice>& slices, const Shape& shape,
                       const std::function<void(std::size_t)>& visit);

}  // namespace ckptlite::cli
