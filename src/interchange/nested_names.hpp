// SPDX-License-Identifier: MIT
// From names to a tree and back: "encoder.0.weight" is the leaf /encoder/0/weight. Pure functions.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "interchange/file_tree.hpp"

namespace ckptlite::interchange {

/// The dict that holds a file's metadata: no tensor of a safetensors file can have this name.
inline constexpr std::string_view kMetadataKey = "__metadata__";

/// Nested dicts, with names split at each `separator`; one flat dict if that is "". Metadata are
/// strings in a dict of their own, kMetadataKey. Throws InvalidArgument, which names `file` and the
/// tensor, if a name stands twice, is also the beginning of another, is not UTF-8, holds NUL, or
/// has more parts than a tree has levels.
FileTree nest(FlatFile flat, std::string_view separator, const std::string& file);

/// A leaf of a tree, and its name in a format that has no containers.
struct LeafName {
    std::string path{};
    std::string name{};
    const Tree* leaf = nullptr;
};

struct LeafNames {
    std::vector<LeafName> leaves{};  ///< in tree order
    /// One line each for the containers that are not dicts with strings as keys, and for nones.
    std::vector<std::string> lost{};
};

/// Positions and integer keys are written in decimal. Throws InvalidArgument if two leaves would
/// have the same name.
LeafNames flat_names(const Tree& tree, std::string_view separator);

}  // namespace ckptlite::interchange
