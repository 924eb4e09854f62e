// SPDX-License-Identifier: MIT
// The head of a .npy file, NumPy's format for one array, in its version 1.0 or 2.0. Pure.
#pragma once

#include <string>

#include "ckptlite/tensor.hpp"

namespace ckptlite::cli {

/// What stands before the elements, which follow in C order. Throws InvalidArgument for a dtype
/// that NumPy does not have: bfloat16 and the float8 kinds. int4 and uint4 become int8 and uint8.
std::string npy_header(DType dtype, const Shape& shape);

}  // namespace ckptlite::cli
