// SPDX-License-Identifier: MIT
// One array of NumPy's, from a file of its own or from an archive. Reading takes files from
// strangers and unpickles nothing.
#pragma once

#include <string>
#include <vector>

#include "interchange/file_tree.hpp"

namespace ckptlite::interchange {

/// `name` is the array's, for messages; `in_order` says how `source` wants to be read. Adds to
/// `changes` if the elements are not as they lie in the file. Throws Corrupt, InvalidArgument,
/// which name the source and the array.
FileTensor read_npy(const Source& source, const std::string& name, bool in_order,
                    std::vector<std::string>& changes);

}  // namespace ckptlite::interchange
