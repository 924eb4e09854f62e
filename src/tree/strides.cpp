// SPDX-License-Identifier: MIT
#include "tree/strides.hpp"

#include <algorithm>
#include <cstdlib>
#include <limits>
#include <utility>

#include "base/checked.hpp"
#include "base/limits.hpp"
#include "ckptlite/error.hpp"

namespace ckptlite::pytree {
namespace {

bool has_no_elements(const Shape& shape) noexcept {
    return std::ranges::find(shape, 0) != shape.end();
}

/// Bytes from the first to the last element of an axis of extent 2 or more.
std::uint64_t reach_of(std::size_t item, std::int64_t extent, std::int64_t stride) {
    const auto steps = static_cast<std::uint64_t>(extent - 1) * item;  // nbytes_of has passed it
    const auto step =
        stride < 0 ? 0 - static_cast<std::uint64_t>(stride) : static_cast<std::uint64_t>(stride);
    const auto reach = checked_mul(steps, step);
    if (!reach || *reach > limits::kLeafBytes)
        throw InvalidArgument("A stride of " + std::to_string(stride) + " over an extent of " +
                              std::to_string(extent) + " spans more than any memory.");
    return *reach;
}

}  // namespace

Strides c_strides(const Shape& shape) {
    Strides strides(shape.size(), 1);
    for (std::size_t axis = shape.size(); axis-- > 1;)
        strides[axis - 1] = strides[axis] * std::max<std::int64_t>(shape[axis], 1);
    return strides;
}

bool is_c_order(const Shape& shape, const Strides& strides) noexcept {
    if (has_no_elements(shape)) return true;
    std::int64_t expected = 1;
    for (std::size_t axis = shape.size(); axis-- > 0;) {
        if (shape[axis] == 1) continue;
        if (strides[axis] != expected) return false;
        expected *= shape[axis];
    }
    return true;
}

MemoryExtent extent_of(DType dtype, const Shape& shape, const Strides& strides) {
    const std::size_t nbytes = nbytes_of(dtype, shape);
    if (strides.size() != shape.size())
        throw InvalidArgument("The shape " + shape_text(shape) + " needs " +
                              std::to_string(shape.size()) + " strides, but " +
                              std::to_string(strides.size()) + " were given.");
    if (nbytes == 0) return {};
    MemoryExtent extent{.nbytes = itemsize(dtype)};
    for (std::size_t axis = 0; axis < shape.size(); ++axis) {
        if (shape[axis] == 1) continue;
        const std::uint64_t reach = reach_of(itemsize(dtype), shape[axis], strides[axis]);
        extent.nbytes += reach;  // 255 axes of at most 2^50
        if (strides[axis] < 0) extent.before += reach;
    }
    return extent;
}

bool may_overlap(const Shape& shape, const Strides& strides) {
    if (has_no_elements(shape)) return false;
    std::vector<std::pair<std::int64_t, std::int64_t>> axes;  // distance between two, extent
    for (std::size_t axis = 0; axis < shape.size(); ++axis) {
        if (shape[axis] != 1) axes.emplace_back(std::abs(strides[axis]), shape[axis]);
    }
    std::ranges::sort(axes);
    std::int64_t reach = 0;  // from the first to the last element of the axes so far
    for (const auto& [distance, extent] : axes) {
        if (distance <= reach) return true;
        reach += distance * (extent - 1);
    }
    return false;
}

}  // namespace ckptlite::pytree
