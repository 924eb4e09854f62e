// SPDX-License-Identifier: MIT
// What a TensorBuffer has to be, and how one with strides is filled part by part. Any thread;
// several may fill distinct parts of one buffer at once.
#pragma once

#include <cstdint>
#include <string>

#include "base/bytes.hpp"
#include "ckptlite/tensor_buffer.hpp"

namespace ckptlite::pytree {

/// Why the buffer cannot be filled, whatever is stored; empty if it can. Throws InvalidArgument for
/// strides that do not go with the shape.
std::string problem_of(const TensorBuffer& buffer);

/// Puts bytes of C order, from `first_byte` on, where they belong in a buffer with strides in which
/// problem_of finds nothing.
void fill(const TensorBuffer& buffer, std::uint64_t first_byte, ByteView bytes);

}  // namespace ckptlite::pytree
