// SPDX-License-Identifier: MIT
// The structure of a tree as JSON text, and a tree from its structure and its leaves.
//
//   none -> null    leaf -> "*"
//   dict -> {"dict":[[key,node],...]}: keys are strings or integers, sorted as Dict sorts them
//   list -> {"list":[node,...]}    tuple -> {"tuple":[node,...]}
//   namedtuple -> {"namedtuple":["TypeName",[["field",node],...]]}
//
// Pure functions; any thread. Reading takes text from a stranger: whatever it says, the answer is
// a tree or Corrupt, in memory that the limits bound and without recursion.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ckptlite/tree.hpp"

namespace ckptlite::pytree {

/// Compact, UTF-8 not escaped. Throws InvalidArgument for what for_each_leaf refuses, and for a
/// structure over limits::kStructureBytes.
std::string structure_json(const Tree& tree);

/// The tree, with `leaf(path)` asked for every leaf in tree order. Throws Corrupt, and whatever
/// `leaf` throws.
Tree tree_from_structure(std::string_view json,
                         const std::function<Tree(const std::string& path)>& leaf);

/// The part of the tree that holds wanted leaves: `leaf` gives nothing for one that is not wanted.
/// Dict entries without a wanted leaf are left out; such positions of lists, tuples and
/// namedtuples become none. Nothing if no leaf was wanted. Throws as tree_from_structure.
std::optional<Tree> part_from_structure(
    std::string_view json, const std::function<std::optional<Tree>(const std::string& path)>& leaf);

/// The paths of all leaves, in tree order. Throws Corrupt.
std::vector<std::string> leaf_paths(std::string_view json);

}  // namespace ckptlite::pytree
