// SPDX-License-Identifier: MIT
// What an importer found: a tree whose tensors are still in their file. Values; the ReadAt of a
// tensor may be called from any thread unless it is `in_order`.
#pragma once

#include <map>
#include <string>
#include <unordered_map>
#include <vector>

#include "ckptlite/tree.hpp"
#include "interchange/source.hpp"

namespace ckptlite::interchange {

struct FileTensor {
    DType dtype = DType::uint8;
    Shape shape{};
    ReadAt read{};          ///< C order, little endian, as a Tensor has them
    bool in_order = false;  ///< read front to back, by one thread at a time, or it takes long
};

struct FileTree {
    Tree tree{};  ///< each tensor of `tensors` stands in it as Tensor()
    std::unordered_map<std::string, FileTensor> tensors{};  ///< by path
    /// Paths of lists that the file has as a map with the keys "0", "1", ...
    std::vector<std::string> inferred_lists{};
    /// Sentences about what is not as it was in the file.
    std::vector<std::string> changes{};
};

struct NamedTensor {
    std::string name{};
    FileTensor tensor{};
};

/// Of a format that has names instead of containers.
struct FlatFile {
    std::vector<NamedTensor> tensors{};
    std::map<std::string, std::string> metadata{};
    std::vector<std::string> changes{};
};

}  // namespace ckptlite::interchange
