// SPDX-License-Identifier: MIT
// How the elements of a tensor lie in memory when that is not C order: rules about strides, which
// count elements and may be negative or 0. Pure functions; any thread.
#pragma once

#include <cstddef>

#include "ckptlite/tensor.hpp"

namespace ckptlite::pytree {

/// Those of C order, for a shape that nbytes_of takes.
Strides c_strides(const Shape& shape);

/// Whether elements with these strides lie as C order has them. The stride of an axis of extent 1
/// does not matter, nor does any of a tensor without elements.
bool is_c_order(const Shape& shape, const Strides& strides) noexcept;

/// The memory from the lowest to the highest byte of the elements.
struct MemoryExtent {
    std::size_t before = 0;  ///< bytes in front of element [0, ..., 0]: negative strides lead there
    std::size_t nbytes = 0;  ///< of all of it; 0 without elements
};

/// Throws InvalidArgument for another number of strides than extents, for a shape that nbytes_of
/// refuses, and for elements further apart than any memory is large.
MemoryExtent extent_of(DType dtype, const Shape& shape, const Strides& strides);

/// False if no two elements share memory. Strides that do not nest count as an overlap: no slice or
/// permutation of an array has such.
bool may_overlap(const Shape& shape, const Strides& strides);

}  // namespace ckptlite::pytree
