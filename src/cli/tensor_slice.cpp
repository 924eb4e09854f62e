// SPDX-License-Identifier: MIT
#include "cli/tensor_slice.hpp"

#include <cstdint>

namespace ckptlite::cli {
namespace {

/// As deep as the shape has axes, 255 at most.
void visit_below(const std::vector<AxisRange>& ranges, const Shape& shape, std::size_t axis,
                 std::uint64_t position, const std::function<void(std::size_t)>& visit) {
    if (axis == ranges.size()) return visit(position);
    const AxisRange& range = ranges[axis];
    position *= static_cast<std::uint64_t>(shape[axis]);
    for (std::uint64_t i = 0; i < range.count; ++i) {
        visit_below(ranges, shape, axis + 1, position + range.first + i * range.step, visit);
    }
}

}  // namespace

Shape sliced_shape(const std::vector<AxisRange>& ranges) {
    Shape shape;
    for (const AxisRange& range : ranges) {
        if (!range.is_index) shape.push_back(static_cast<std::int64_t>(range.count));
    }
    return shape;
}

void for_each_position(const std::vector<AxisRange>& ranges, const Shape& shape,
                       const std::function<void(std::size_t)>& visit) {
    visit_below(ranges, shape, 0, 0, visit);
}

}  // namespace ckptlite::cli
