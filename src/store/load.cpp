// SPDX-License-Identifier: MIT
#include "store/load.hpp"

#include <algorithm>
#include <numeric>

#include "ckptlite/error.hpp"
#include "db/transaction.hpp"
#include "store/leaf_reader.hpp"
#include "tree/path_pattern.hpp"
#include "tree/structure.hpp"

namespace ckptlite::detail {
namespace {

ErrorContext place(const db::Connection& connection, const CheckpointInfo& checkpoint,
                   std::string_view leaf = {}) {
    return {.file = connection.file(),
            .run = checkpoint.run,
            .step = checkpoint.step,
            .leaf = std::string(leaf)};
}

/// Runs `read`; what it throws names the checkpoint and the leaf.
template <typename Read>
auto at_place(const db::Connection& connection, const CheckpointInfo& checkpoint,
              std::string_view leaf, Read read) {
    try {
        return read();
    } catch (const Corrupt& error) {
        if (!error.where().file.empty()) throw;  // it knows its leaf, which we do not
        throw Corrupt(error.message(), place(connection, checkpoint, leaf));
    } catch (const InvalidArgument& error) {
        if (!error.where().file.empty()) throw;
        throw InvalidArgument(error.message(), place(connection, checkpoint, leaf));
    }
}

/// The tree a checkpoint points at now. Throws NotFound if retention deleted it meanwhile.
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

/// How many edits turn one text into the other.
std::size_t edit_distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 1; i <= a.size(); ++i) {
        std::size_t diagonal = std::exchange(row[0], i);
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
            diagonal = row[j];
            row[j] = std::min({replaced, row[j] + 1, row[j - 1] + 1});
        }
    }
    return row.back();
}

std::string nearest_path(const std::vector<format::LeafRow>& leaves, std::string_view path) {
    const auto nearest =
        std::min_element(leaves.begin(), leaves.end(), [&](const auto& a, const auto& b) {
            return edit_distance(a.path, path) < edit_distance(b.path, path);
        });
    return nearest == leaves.end() ? "" : "; the nearest path is " + nearest->path;
}

format::LeafRow leaf_at(const db::Connection& connection, const CheckpointInfo& checkpoint,
                        std::string_view path) {
    const format::TreeRow tree = tree_of(connection, checkpoint);
    if (auto row = db::find_leaf(connection, tree.id, path)) return *std::move(row);
    const auto leaves = db::select_leaves(connection, tree.id);
    throw NotFound("the checkpoint has no such leaf" + nearest_path(leaves, path),
                   place(connection, checkpoint, path));
}

void check_tree_digest(const format::TreeRow& tree, const std::vector<format::LeafRow>& leaves) {
    format::TreeDigester digester(tree.structure);
    for (const format::LeafRow& leaf : leaves) digester.add_leaf(leaf.digest);
    if (digester.finish() != tree.digest) {
        throw Corrupt("the tree is damaged: its digest does not match its leaves");
    }
}

}  // namespace

Tree load_tree(const db::Connection& connection, const CheckpointInfo& checkpoint,
               std::optional<std::string_view> pattern_text) {
    std::optional<pytree::PathPattern> pattern;
    if (pattern_text) pattern.emplace(*pattern_text);
    const db::ReadTransaction snapshot(connection);
    const format::TreeRow tree = tree_of(connection, checkpoint);
    const auto leaves = db::select_leaves(connection, tree.id);
    LeafReader reader(connection);
    auto next = leaves.begin();
    const auto read = [&](const std::string& path) -> std::optional<Tree> {
        if (next == leaves.end() || next->path != path) {
            throw Corrupt("the structure names the leaf " + path + ", which has no row");
        }
        const format::LeafRow& row = *next++;
        if (pattern && !pattern->matches(path)) return std::nullopt;
        return at_place(connection, checkpoint, path, [&] { return reader.read(row); });
    };
    std::optional<Tree> loaded = at_place(connection, checkpoint, "", [&] {
        check_tree_digest(tree, leaves);
        if (pattern) return pytree::part_from_structure(tree.structure, read);
        return std::optional<Tree>(pytree::tree_from_structure(
            tree.structure, [&](const std::string& path) { return *read(path); }));
    });
    if (!loaded) {
        throw NotFound("no leaf matches '" + std::string(*pattern_text) + "'",
                       place(connection, checkpoint));
    }
    return *std::move(loaded);
}

Tree load_leaf(const db::Connection& connection, const CheckpointInfo& checkpoint,
               std::string_view path) {
    const db::ReadTransaction snapshot(connection);
    const format::LeafRow row = leaf_at(connection, checkpoint, path);
    return at_place(connection, checkpoint, path, [&] { return LeafReader(connection).read(row); });
}

Tensor load_slice(const db::Connection& connection, const CheckpointInfo& checkpoint,
                  std::string_view path, std::int64_t first, std::int64_t count) {
    const db::ReadTransaction snapshot(connection);
    const format::LeafRow row = leaf_at(connection, checkpoint, path);
    return at_place(connection, checkpoint, path,
                    [&] { return LeafReader(connection).slice(row, first, count); });
}

std::vector<LeafInfo> list_leaves(const db::Connection& connection,
                                  const CheckpointInfo& checkpoint) {
    const db::ReadTransaction snapshot(connection);
    std::vector<LeafInfo> found;
    for (format::LeafRow& row : db::select_leaves(connection, tree_of(connection, checkpoint).id)) {
        at_place(connection, checkpoint, row.path, [&] {
            LeafType type = leaf_type(row);
            const bool tensor = type.kind == pytree::LeafKind::tensor;
            found.push_back({.path = row.path,
                             .kind = row.kind,
                             .dtype = tensor ? std::optional(type.dtype) : std::nullopt,
                             .shape = std::move(type.shape),
                             .nbytes = row.nbytes,
                             .stored_nbytes = row.stored_nbytes,
                             .statistics = row.statistics});
        });
    }
    return found;
}

}  // namespace ckptlite::detail
