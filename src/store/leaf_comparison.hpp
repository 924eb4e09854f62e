// SPDX-License-Identifier: MIT
// Two leaves of the same type, compared chunk by chunk. Chunks of the same place and digest are not
// read; of the others one of each leaf is in memory.
//
// Runs on the thread of both connections, each in a read transaction of the caller.
#pragma once

#include <functional>
#include <optional>

#include "ckptlite/records.hpp"
#include "store/leaf_reader.hpp"
#include "tree/element_difference.hpp"

namespace ckptlite::detail {

/// One of the two.
struct ComparedLeaf {
    const db::Connection& connection;
    const CheckpointInfo& checkpoint;  ///< for messages
    const format::LeafRow& row;        ///< with its data if it is inline
};

struct LeafComparison {
    bool same = true;
    pytree::ElementDifference difference{};  ///< if values were asked for, and they are numbers
};

/// Gets the stored bytes that were passed, and how many of them were read.
using OnCompared = std::function<void(std::uint64_t passed, std::uint64_t read)>;

/// `elements`: what the bytes are numbers of; nothing: whether they are the same is all that is
/// asked for. Throws Corrupt that names the leaf.
LeafComparison compare_leaves(const ComparedLeaf& a, const ComparedLeaf& b,
                              std::optional<DType> elements, const OnCompared& on_compared);

}  // namespace ckptlite::detail
