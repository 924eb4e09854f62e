// SPDX-License-Identifier: MIT
// Which elements a call names, in NumPy's way: "0:3,5,::2". Pure functions; any thread.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "ckptlite/tensor.hpp"
#include "ckptlite/visibility.hpp"

namespace CKPTLITE_API ckptlite {

/// Positions first, first + step, ... of one axis, all inside it.
struct AxisRange {
    std::uint64_t first = 0;
    std::uint64_t step = 1;
    std::uint64_t count = 0;
    bool is_index = false;  ///< a single position, whose axis the result does not have
};

/// The position of an index, which counts from the end if it is negative. Throws InvalidArgument if
/// it is outside.
std::uint64_t position_on_axis(std::int64_t index, const Shape& shape, std::size_t axis);

/// For each axis an index, or FIRST:LAST:STEP with any of the three left out; "..." once, for as
/// many whole axes as there is room for; axes that are not named are whole. As in NumPy, FIRST and
/// LAST may be negative and are cut to the axis. Throws InvalidArgument, also for a step below 1.
std::vector<AxisRange> parse_slice(std::string_view text, const Shape& shape);

/// All of it.
std::vector<AxisRange> whole(const Shape& shape);

}  // namespace ckptlite
