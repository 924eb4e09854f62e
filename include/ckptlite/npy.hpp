// SPDX-License-Identifier: MIT
// The head of a .npy file, NumPy's format for one array. Pure; any thread.
#pragma once

#include <string>

#include "ckptlite/tensor.hpp"
#include "ckptlite/visibility.hpp"

namespace CKPTLITE_API ckptlite {

/// What stands before the elements, which follow in C order, little endian. Throws InvalidArgument
/// for a dtype that NumPy does not have: bfloat16 and the float8 kinds. int4 and uint4 become int8
/// and uint8.
std::string npy_header(DType dtype, const Shape& shape);

}  // namespace ckptlite
