// SPDX-License-Identifier: MIT
// Elements that lie in a file in another order than in a Tensor: big endian, or in Fortran's order,
// the first axis innermost. A value; see FileTensor for the threads.
#pragma once

#include "interchange/file_tree.hpp"

namespace ckptlite::interchange {

/// Larger ones are not put into memory as a whole.
inline constexpr std::uint64_t kWholeArrayBytes = 64ULL << 20;
/// The limit of those that have to be, since they lie compressed.
inline constexpr std::uint64_t kPackedArrayBytes = 1ULL << 30;

/// The tensor as little endian. `tensor.read` has the bytes of the file.
FileTensor swapped(FileTensor tensor);

/// The tensor in C order. One of up to kWholeArrayBytes, or that is in_order, is read as a whole
/// when its first byte is asked for, and kept until its last one was; of others, each call reads
/// what it needs. Throws InvalidArgument for one that is in_order and over kPackedArrayBytes.
FileTensor in_c_order(FileTensor tensor);

}  // namespace ckptlite::interchange
