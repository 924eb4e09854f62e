// SPDX-License-Identifier: MIT
#include "ckptlite/tensor_buffer.hpp"

#include "tree/buffer_rules.hpp"
#include "tree/strided_copy.hpp"
#include "tree/strides.hpp"

namespace ckptlite {

TensorBuffer TensorBuffer::of(std::string path, DType dtype, Shape shape, Strides strides,
                              void* first) {
    const auto [before, nbytes] = pytree::extent_of(dtype, shape, strides);
    std::span<std::byte> bytes;
    if (nbytes != 0) bytes = {static_cast<std::byte*>(first) - before, nbytes};
    if (pytree::is_c_order(shape, strides)) strides.clear();
    return {std::move(path), dtype, std::move(shape), bytes, std::move(strides)};
}

std::string pytree::problem_of(const TensorBuffer& buffer) {
    const bool strided = !buffer.strides.empty();
    const std::size_t needed = strided
                                   ? extent_of(buffer.dtype, buffer.shape, buffer.strides).nbytes
                                   : nbytes_of(buffer.dtype, buffer.shape);
    if (buffer.bytes.size() != needed)
        return "the buffer has " + std::to_string(buffer.bytes.size()) + " bytes, not the " +
               std::to_string(needed) + " its dtype" +
               (strided ? ", shape and strides" : " and shape") + " need";
    if (strided && may_overlap(buffer.shape, buffer.strides))
        return "elements of the buffer share memory: its shape is " + shape_text(buffer.shape) +
               ", its strides are " + shape_text(buffer.strides);
    return {};
}

void pytree::fill(const TensorBuffer& buffer, std::uint64_t first_byte, ByteView bytes) {
    const auto [before, nbytes] = extent_of(buffer.dtype, buffer.shape, buffer.strides);
    scatter({itemsize(buffer.dtype), buffer.shape, buffer.strides}, buffer.bytes.data() + before,
            first_byte, bytes);
}

}  // namespace ckptlite
