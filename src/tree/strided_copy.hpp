// SPDX-License-Identifier: MIT
// Any part of a tensor's C-order bytes from and to memory with strides, without a copy of the rest:
// a chunk of a transposed, sliced, reversed or broadcast tensor.
//
// Nothing here allocates. Any thread; several may write distinct parts of one tensor at once.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "ckptlite/tensor.hpp"

namespace ckptlite::pytree {

/// Elements of `item` bytes, with strides in elements; as many strides as extents.
struct StridedLayout {
    std::size_t item;  ///< 1, 2, 4, 8 or 16
    std::span<const std::int64_t> shape;
    std::span<const std::int64_t> strides;
};

/// Bytes [first_byte, first_byte + out.size()) of the C-order bytes, which must be there; they need
/// not begin or end with an element. `first` is the address of element [0, ..., 0].
void gather(const StridedLayout& layout, const std::byte* first, std::uint64_t first_byte,
            std::span<std::byte> out) noexcept;

/// The inverse: puts `from` where these bytes of the tensor are.
void scatter(const StridedLayout& layout, std::byte* first, std::uint64_t first_byte,
             std::span<const std::byte> from) noexcept;

}  // namespace ckptlite::pytree
