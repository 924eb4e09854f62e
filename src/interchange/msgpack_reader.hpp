// SPDX-License-Identifier: MIT
// Files of flax.serialization: a msgpack map with arrays as extension 1, complex numbers as 2 and
// NumPy's scalars as 3. Reading takes files from strangers: whatever they hold, the answer is a
// tree or an error, in memory that the limits of a tree bound. One thread.
#pragma once

#include "interchange/file_tree.hpp"

namespace ckptlite::interchange {

/// What marks an array that is divided into several.
inline constexpr std::string_view kChunkedArray = "__msgpack_chunked_array__";

/// `infer_lists`: see ImportOptions. Throws Corrupt, and InvalidArgument for what ckptlite has no
/// place for; both name the file and the path.
FileTree read_msgpack(const Source& source, bool infer_lists);

}  // namespace ckptlite::interchange
