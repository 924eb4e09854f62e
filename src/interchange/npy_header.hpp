// SPDX-License-Identifier: MIT
// The head of a .npy file, in its versions 1.0 to 3.0; ckptlite/npy.hpp writes it. Pure; any
// thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "ckptlite/tensor.hpp"

namespace ckptlite::interchange {

/// As NumPy's dtype.str: "<f4", ...; nothing for a dtype that NumPy lacks: bfloat16, the float8
/// kinds, int4 and uint4.
std::optional<std::string_view> npy_descriptor(DType dtype) noexcept;

/// Bytes at the front of a file that say how long its head is, whatever its version.
inline constexpr std::size_t kNpyStartBytes = 12;
/// Of a whole head. NumPy writes a hundred bytes; only structured dtypes, which are refused, need
/// many.
inline constexpr std::size_t kNpyHeadBytes = 1 << 20;

/// The length of the head, from the first kNpyStartBytes of the file or all it has. Throws Corrupt.
std::size_t npy_head_nbytes(std::string_view start);

struct NpyHeader {
    DType dtype = DType::uint8;
    Shape shape{};
    bool fortran_order = false;
    bool big_endian = false;
};

/// The whole head. Throws Corrupt, and InvalidArgument for what is no tensor of ours: objects
/// (which are pickles), structured dtypes, strings, times, long doubles.
NpyHeader parse_npy_header(std::string_view head);

}  // namespace ckptlite::interchange
