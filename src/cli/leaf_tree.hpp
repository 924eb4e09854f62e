// SPDX-License-Identifier: MIT
// The leaves of a checkpoint as an indented tree with sums at its inner nodes. A pure function; the
// nodes point into the leaves they were made of.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "ckptlite/records.hpp"

namespace ckptlite::cli {

struct LeafNode {
    std::string name{};  ///< the last token of its path, unescaped
    std::size_t depth = 0;
    std::uint64_t n_leaves = 0;
    std::uint64_t nbytes = 0;
    std::uint64_t stored_nbytes = 0;
    const LeafInfo* leaf = nullptr;  ///< of a leaf; nullptr for an inner node
};

/// In tree order, each inner node before what is in it. Below `max_depth` levels nothing is shown
/// but the sum; 0 shows all.
std::vector<LeafNode> leaf_tree(const std::vector<LeafInfo>& leaves, std::size_t max_depth);

}  // namespace ckptlite::cli
