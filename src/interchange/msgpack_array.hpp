// SPDX-License-Identifier: MIT
// The extensions of flax in a msgpack file, and arrays that are divided into several. Pure but for
// what the Source does.
#pragma once

#include <complex>
#include <cstdint>
#include <vector>

#include "interchange/file_tree.hpp"

namespace ckptlite::interchange {

inline constexpr std::int8_t kMsgpackArray = 1;
inline constexpr std::int8_t kMsgpackComplex = 2;
inline constexpr std::int8_t kMsgpackScalar = 3;

/// All throw Corrupt, and InvalidArgument for a dtype that ckptlite lacks.

/// The extension's bytes are those from `begin` to `end`: shape, name of the dtype, elements.
FileTensor msgpack_array(const Source& source, std::uint64_t begin, std::uint64_t end);
std::complex<double> msgpack_complex(const Source& source, std::uint64_t begin, std::uint64_t end);

/// The values of a list, or of a dict with the keys "0", "1", ....
std::vector<const Tree*> numbered(const Tree& values);
Shape chunked_shape(const Tree& extents);
/// One array from pieces of its elements.
FileTensor joined_array(std::vector<FileTensor> pieces, Shape shape);

}  // namespace ckptlite::interchange
