// SPDX-License-Identifier: MIT
#include "store/stored_tree.hpp"

#include <utility>

#include "ckptlite/nearest.hpp"
#include "store/leaf_reader.hpp"

namespace ckptlite::detail {

ErrorContext place(const db::Connection& connection, const CheckpointInfo& checkpoint,
                   std::string_view leaf) {
    return {.file = connection.file(),
            .run = checkpoint.run,
            .step = checkpoint.step,
            .leaf = std::string(leaf)};
}

std::string name_of(const CheckpointInfo& checkpoint) {
    return "run '" + checkpoint.run + "', prefix '" + checkpoint.prefix + "', step " +
           std::to_string(checkpoint.step);
}

format::TreeRow tree_of(const db::Connection& connection, const CheckpointInfo& checkpoint) {
    const auto current = db::find_checkpoint(connection, checkpoint.id);
    if (!current) {
        throw NotFound("the checkpoint is not stored any more", place(connection, checkpoint));
    }
    auto tree = db::find_tree(connection, current->tree_id);
    if (!tree || !tree->staged_by.empty()) {
        throw Corrupt("the checkpoint has no complete tree", place(connection, checkpoint));
    }
    return *std::move(tree);
}

NotFound no_leaf_matches(const db::Connection& connection, const CheckpointInfo& checkpoint,
                         std::string_view pattern, std::vector<std::string> paths) {
    return NotFound("no leaf matches '" + std::string(pattern) + "'; " +
                        nearest_text(pattern, std::move(paths)),
                    place(connection, checkpoint));
}

LeafInfo leaf_info(const format::LeafRow& row) {
    LeafType type = leaf_type(row);
    const bool tensor = type.kind == pytree::LeafKind::tensor;
    return {.path = row.path,
            .kind = row.kind,
            .dtype = tensor ? std::optional(type.dtype) : std::nullopt,
            .shape = std::move(type.shape),
            .nbytes = row.nbytes,
            .stored_nbytes = row.stored_nbytes,
            .statistics = row.statistics};
}

std::optional<format::LeafRow> TreeLeaves::next() {
    auto row = cursor_.next();
    if (row) digester_.add_leaf(row->digest);
    return row;
}

void TreeLeaves::finish() {
    while (next()) {
    }
    if (digester_.finish() != tree_.digest) {
        throw Corrupt("the tree is damaged: its digest does not match its leaves");
    }
}

}  // namespace ckptlite::detail
