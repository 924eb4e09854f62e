// SPDX-License-Identifier: MIT
#include "ckptlite/error.hpp"
#include "db/sql.hpp"
#include "db/tables.hpp"

namespace ckptlite::db {
namespace {

/// NULL for an empty text: dtype and shape of a leaf that is no tensor.
std::optional<std::string_view> or_null(std::string_view text) {
    if (text.empty()) return std::nullopt;
    return text;
}

LeafRow read_leaf(const Query& row) {
    return {.id = row.integer(0),
            .path = std::string(row.text(1)),
            .kind = std::string(row.text(2)),
            .dtype = std::string(row.text(3)),
            .shape = std::string(row.text(4)),
            .nbytes = row.size(5),
            .stored_nbytes = row.size(6),
            .statistics = {.min = row.optional_real(7),
                           .max = row.optional_real(8),
                           .mean = row.optional_real(9),
                           .norm = row.optional_real(10),
                           .nan_count = row.size(11),
                           .inf_count = row.size(12)},
            .digest = row.digest(13)};
}

LeafRow read_leaf_with_data(const Query& row) {
    LeafRow leaf = read_leaf(row);
    if (!row.is_null(14)) {
        const ByteView bytes = row.blob(14);
        leaf.data.emplace(bytes.begin(), bytes.end());
    }
    return leaf;
}

/// Some, by first_byte; with only what is needed to delete them.
std::vector<ChunkRef> first_chunks(const Connection& connection, std::int64_t leaf_id) {
    std::vector<ChunkRef> chunks;
    Query row = connection.query(sql::kFirstChunksOfLeaf);
    row.bind(leaf_id);
    while (row.step()) {
        chunks.push_back(
            {.chunk_id = row.integer(1), .first_byte = row.size(0), .stored_nbytes = row.size(2)});
    }
    return chunks;
}

}  // namespace

std::optional<TreeRow> find_tree(const Connection& connection, std::int64_t id) {
    Query row = connection.query(sql::kTree);
    if (!row.bind(id).step()) return std::nullopt;
    TreeRow tree{.id = row.integer(0),
                 .n_leaves = row.size(1),
                 .nbytes = row.size(2),
                 .stored_nbytes = row.size(3),
                 .staged_by = std::string(row.text(5)),
                 .structure = std::string(row.text(6))};
    if (!row.is_null(4)) tree.digest = row.digest(4);
    return tree;
}

std::optional<std::int64_t> find_published_tree(const Connection& connection,
                                                const Digest& digest) {
    Query row = connection.query(sql::kPublishedTreeByDigest);
    if (!row.bind(digest).step()) return std::nullopt;
    return row.integer(0);
}

std::optional<Digest> digest_of_published_tree(const Connection& connection, std::int64_t id) {
    Query row = connection.query(sql::kDigestOfPublishedTree);
    if (!row.bind(id).step()) return std::nullopt;
    return row.digest(0);
}

std::vector<std::pair<std::int64_t, std::string>> staged_trees(const Connection& connection) {
    std::vector<std::pair<std::int64_t, std::string>> staged;
    Query row = connection.query(sql::kStagedTrees);
    while (row.step()) staged.emplace_back(row.integer(0), row.text(1));
    return staged;
}

std::int64_t stage_tree(const Connection& connection, std::string_view staged_by,
                        std::string_view structure) {
    connection.query(sql::kStageTree).bind(staged_by, structure).run();
    return connection.last_insert_id();
}

void publish_tree(const Connection& connection, const TreeRow& tree) {
    connection.query(sql::kPublishTree)
        .bind(tree.id, tree.n_leaves, tree.nbytes, tree.stored_nbytes, tree.digest)
        .run();
}

bool tree_in_use(const Connection& connection, std::int64_t tree_id) {
    Query row = connection.query(sql::kTreeInUse);
    return row.bind(tree_id).step() && row.integer(0) != 0;
}

bool is_staged_by(const Connection& connection, std::int64_t tree_id, std::string_view staged_by) {
    return connection.query(sql::kIsStagedBy).bind(tree_id, staged_by).step();
}

void require_staged(const Connection& connection, std::int64_t tree_id,
                    std::string_view staged_by) {
    if (is_staged_by(connection, tree_id, staged_by)) return;
    throw Busy(
        "another program, which could not see this one, took it for dead and deleted what it had "
        "written so far: nothing stored is lost; write again, and let programs that share the file "
        "run on one machine, where each can see the others' processes",
        {.file = connection.file()});
}

std::uint64_t stored_nbytes_of_tree(const Connection& connection, std::int64_t tree_id) {
    Query row = connection.query(sql::kStoredNbytesOfTree);
    return row.bind(tree_id).step() ? row.size(0) : 0;
}

std::uint64_t unshared_nbytes_of_tree(const Connection& connection, std::int64_t tree_id) {
    Query row = connection.query(sql::kUnsharedNbytesOfTree);
    return row.bind(tree_id).step() ? row.size(0) : 0;
}

void retire_tree(const Connection& connection, std::int64_t tree_id) {
    connection.query(sql::kRetireTree).bind(tree_id, kRetired).run();
    remove_tree_digest(connection, tree_id);
}

std::vector<std::int64_t> trees_without_checkpoint(const Connection& connection) {
    return connection.query(sql::kTreesWithoutCheckpoint).integers();
}

void delete_tree(const Connection& connection, std::int64_t tree_id) {
    const auto chunks = connection.query(sql::kChunkIdsOfTree).bind(tree_id).integers();
    connection.query(sql::kDeleteLeafChunks).bind(tree_id).run();
    connection.query(sql::kDeleteLeaves).bind(tree_id).run();
    connection.query(sql::kDeleteTree).bind(tree_id).run();
    remove_tree_digest(connection, tree_id);
    delete_unused_chunks(connection, chunks);
}

TreePart delete_tree_part(const Connection& connection, std::int64_t tree_id,
                          std::uint64_t wanted) {
    TreePart deleted;
    std::vector<std::int64_t> leaves;  // without chunks by now
    std::vector<std::int64_t> chunks;  // that one leaf less has
    std::uint64_t nbytes = 0;          // of these
    const auto delete_listed = [&] {
        connection.query(sql::kDeleteLeavesOfList).bind(id_list(leaves)).run();
        deleted.nbytes += delete_unused_chunks(connection, chunks);
        leaves.clear();
        chunks.clear();
        nbytes = 0;
    };
    for (const std::int64_t leaf : connection.query(sql::kLeafIds).bind(tree_id).integers()) {
        for (auto next = first_chunks(connection, leaf); !next.empty();
             next = first_chunks(connection, leaf)) {
            for (const ChunkRef& chunk : next) {
                // Other trees may have some of the listed ones.
                if (deleted.nbytes + nbytes >= wanted) delete_listed();
                if (deleted.nbytes >= wanted) return deleted;
                connection.query(sql::kDeleteLeafChunk).bind(leaf, chunk.first_byte).run();
                chunks.push_back(chunk.chunk_id);
                nbytes += chunk.stored_nbytes;
            }
        }
        leaves.push_back(leaf);
    }
    delete_listed();
    connection.query(sql::kDeleteTree).bind(tree_id).run();
    deleted.all = true;
    return deleted;
}

std::int64_t insert_leaf(const Connection& connection, std::int64_t tree_id, const LeafRow& leaf) {
    const LeafStatistics& of = leaf.statistics;
    std::optional<ByteView> data;
    if (leaf.data) data = ByteView(*leaf.data);
    connection.query(sql::kInsertLeaf)
        .bind(tree_id, leaf.path, leaf.kind, or_null(leaf.dtype), or_null(leaf.shape), leaf.nbytes,
              leaf.stored_nbytes, of.min, of.max, of.mean, of.norm, of.nan_count, of.inf_count,
              leaf.digest, data)
        .run();
    return connection.last_insert_id();
}

void complete_leaf(const Connection& connection, const LeafRow& leaf) {
    const LeafStatistics& of = leaf.statistics;
    connection.query(sql::kCompleteLeaf)
        .bind(leaf.id, leaf.stored_nbytes, of.min, of.max, of.mean, of.norm, of.nan_count,
              of.inf_count, leaf.digest)
        .run();
}

std::vector<LeafRow> select_leaves(const Connection& connection, std::int64_t tree_id) {
    std::vector<LeafRow> leaves;
    Query row = connection.query(sql::kLeaves);
    row.bind(tree_id);
    while (row.step()) leaves.push_back(read_leaf(row));
    return leaves;
}

LeafCursor::LeafCursor(const Connection& connection, std::int64_t tree_id)
    : row_(connection.query(sql::kLeavesWithData)) {
    row_.bind(tree_id);
}

std::optional<LeafRow> LeafCursor::next() {
    if (at_end_ || !row_.step()) {
        at_end_ = true;
        return std::nullopt;
    }
    return read_leaf_with_data(row_);
}

std::vector<NonFiniteLeaf> select_non_finite_leaves(const Connection& connection,
                                                    const CheckpointFilter& filter) {
    std::vector<NonFiniteLeaf> found;
    Query row = connection.query(sql::kNonFiniteLeaves);
    row.bind(filter.run, filter.prefix, filter.step);
    while (row.step()) {
        found.push_back({.run = std::string(row.text(0)),
                         .prefix = std::string(row.text(1)),
                         .step = row.integer(2),
                         .path = std::string(row.text(3)),
                         .nan_count = row.size(4),
                         .inf_count = row.size(5)});
    }
    return found;
}

std::optional<LeafRow> find_leaf(const Connection& connection, std::int64_t tree_id,
                                 std::string_view path) {
    Query row = connection.query(sql::kLeafByPath);
    if (!row.bind(tree_id, path).step()) return std::nullopt;
    return read_leaf(row);
}

std::optional<LeafRow> find_leaf(const Connection& connection, std::int64_t leaf_id) {
    Query row = connection.query(sql::kLeafById);
    if (!row.bind(leaf_id).step()) return std::nullopt;
    return read_leaf_with_data(row);
}

std::optional<std::vector<std::byte>> leaf_data(const Connection& connection,
                                                std::int64_t leaf_id) {
    Query row = connection.query(sql::kLeafData);
    if (!row.bind(leaf_id).step() || row.is_null(0)) return std::nullopt;
    const ByteView bytes = row.blob(0);
    return std::vector<std::byte>(bytes.begin(), bytes.end());
}

}  // namespace ckptlite::db
