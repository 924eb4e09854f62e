// SPDX-License-Identifier: MIT
#include "store/whole_trees.hpp"

#include <utility>

#include "ckptlite/error.hpp"
#include "store/row_rules.hpp"
#include "store/stored_tree.hpp"
#include "tree/structure.hpp"

namespace ckptlite::detail {
namespace {

/// Of the part with the leaves that match; nothing if none does.
std::optional<std::string> structure_of_part(const std::string& structure,
                                             const pytree::PathPattern& pattern) {
    const auto part =
        pytree::part_from_structure(structure, [&](const std::string& path) -> std::optional<Tree> {
            if (!pattern.matches(path)) return std::nullopt;
            return Tree(0);  // any leaf: only the structure is wanted
        });
    if (!part) return std::nullopt;
    return pytree::structure_json(*part);
}

}  // namespace

WholeTrees::WholeTrees(const db::Connection& from, const db::Connection& to,
                       TreeCopier::OnWritten on_written)
    : from_(from),
      digested_(db::has_row_digests(from)),
      reader_(from),
      copier_(
          from, to,
          [this](const format::ChunkRef& chunk, ByteView stored) { check(chunk, stored); },
          std::move(on_written)) {}

void WholeTrees::check(const format::ChunkRef& chunk, ByteView stored) {
    decoded_.resize(chunk.nbytes);
    const StoredChunk read{chunk, stored, decoded_};
    decode_chunks(std::span(&read, 1));
}

TreeCopier::Staged WholeTrees::copy(const CheckpointInfo& checkpoint, std::string_view staged_by,
                                    const std::optional<std::string>& pattern_text) {
    std::optional<pytree::PathPattern> pattern;
    if (pattern_text) pattern.emplace(*pattern_text);
    const format::TreeRow tree = tree_of(from_, checkpoint);
    std::optional<std::string> structure = tree.structure;
    if (pattern) {
        structure = at_place(from_, checkpoint, "",
                             [&] { return structure_of_part(tree.structure, *pattern); });
    }
    if (!structure) {
        throw no_leaf_matches(from_, checkpoint, *pattern_text, pytree::leaf_paths(tree.structure));
    }
    copier_.begin(staged_by, *structure);
    at_place(from_, checkpoint, "", [&] { copy_leaves(checkpoint, tree, pattern); });
    return copier_.finish();
}

void WholeTrees::copy_leaves(const CheckpointInfo& checkpoint, const format::TreeRow& tree,
                             const std::optional<pytree::PathPattern>& pattern) {
    format::TreeRowsDigester rows;
    TreeLeaves leaves(from_, tree);
    for (const std::string& path : pytree::leaf_paths(tree.structure)) {
        auto row = leaves.next();
        if (!row || row->path != path) {
            throw Corrupt("the structure names the leaf " + path + ", which has no row");
        }
        rows.add_leaf(tree.id, *row);
        if (pattern && !pattern->matches(path)) continue;
        at_place(from_, checkpoint, path, [&] {
            static_cast<void>(leaf_type(*row));
            const auto chunks = reader_.chunks_unless_inline(*row);
            copier_.add(*std::move(row), chunks);
        });
    }
    leaves.finish();
    if (digested_ && !db::tree_is_as_written(from_, tree.id, rows.finish(tree))) {
        throw Corrupt("the row of its tree or of a leaf " + std::string(kChangedRow));
    }
}

}  // namespace ckptlite::detail
