// SPDX-License-Identifier: MIT
// The trees of a damaged file, copied to a new one if all of them is whole. Runs on one thread; the
// damaged file is in a read transaction of the caller.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "store/batched_writes.hpp"
#include "store/leaf_checker.hpp"
#include "store/tree_copier.hpp"

namespace ckptlite::detail {

class SalvagedTrees {
public:
    /// Gets the stored bytes that were read.
    using OnBytes = std::function<void(std::uint64_t)>;

    SalvagedTrees(const db::Connection& from, const db::Connection& to, OnBytes on_bytes);

    struct Copy {
        std::optional<std::int64_t> id{};  ///< in the new file, if the tree is whole
        std::string damage{};              ///< else what is wrong, and in which leaf
    };
    /// Copies a tree, once for all the checkpoints that have it. Throws what a full disk does.
    const Copy& copy(std::int64_t tree_id);

    /// Decoded bytes of all that was copied.
    std::uint64_t nbytes() const noexcept { return nbytes_; }

private:
    struct Leaf {
        std::int64_t id = 0;
        CheckedLeaf checked{};
    };
    /// Throws Corrupt or IoError unless the tree is whole. Sizes are those of its leaves.
    format::TreeRow check(std::int64_t tree_id, std::vector<Leaf>& leaves);
    std::int64_t write(const format::TreeRow& tree, const std::vector<Leaf>& leaves);
    void check_again(const format::ChunkRef& chunk, ByteView stored) const;

    const db::Connection& from_;
    const db::Connection& to_;
    OnBytes on_bytes_;
    LeafChecker checker_;
    std::optional<BatchedWrites> writes_;  // while a tree is written
    TreeCopier copier_;
    std::unordered_map<std::int64_t, std::vector<std::int64_t>> leaves_of_;  // by tree, in order
    std::map<std::int64_t, Copy> copies_;                                    // by tree
    std::unordered_map<std::int64_t, Digest> stored_;  // of chunks that were checked, as stored
    std::uint64_t nbytes_ = 0;
};

}  // namespace ckptlite::detail
