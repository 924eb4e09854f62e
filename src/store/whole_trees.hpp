// SPDX-License-Identifier: MIT
// Copies trees of a file, or the part of one that matches a pattern, and makes sure meanwhile that
// they are whole. What is copied encoded is decoded once to compare its digest: that takes less
// time than writing it. A chunk that the destination has already is not read.
//
// One thread; see TreeCopier for the transactions.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "ckptlite/records.hpp"
#include "store/tree_copier.hpp"
#include "tree/path_pattern.hpp"

namespace ckptlite::detail {

class WholeTrees {
public:
    WholeTrees(const db::Connection& from, const db::Connection& to,
               TreeCopier::OnWritten on_written);

    /// The tree of a checkpoint, not yet published. Throws Corrupt that names the leaf, NotFound if
    /// no leaf matches.
    TreeCopier::Staged copy(const CheckpointInfo& checkpoint, std::string_view staged_by,
                            const std::optional<std::string>& pattern = {});

    std::uint64_t stored_nbytes() const noexcept { return copier_.stored_nbytes(); }

private:
    void check(const format::ChunkRef& chunk, ByteView stored);
    void copy_leaves(const CheckpointInfo& checkpoint, const format::TreeRow& tree,
                     const std::optional<pytree::PathPattern>& pattern);

    const db::Connection& from_;
    const bool digested_;
    LeafReader reader_;
    TreeCopier copier_;
    std::vector<std::byte> decoded_;
};

}  // namespace ckptlite::detail
