// SPDX-License-Identifier: MIT
#include "store/tree_copier.hpp"

#include <utility>

#include "ckptlite/error.hpp"

namespace ckptlite::detail {

TreeCopier::TreeCopier(const db::Connection& from, const db::Connection& to, CheckChunk check,
                       OnWritten on_written)
    : to_(to), check_(std::move(check)), on_written_(std::move(on_written)), reader_(from) {}

void TreeCopier::begin(std::string_view staged_by, const std::string& structure) {
    tree_ = {.id = db::stage_tree(to_, staged_by, structure), .staged_by = std::string(staged_by)};
    digester_.emplace(structure);
    rows_digester_ = {};
}

void TreeCopier::add(format::LeafRow row, const std::vector<format::ChunkRef>& chunks) {
    db::require_staged(to_, tree_.id, tree_.staged_by);
    row.id = db::insert_leaf(to_, tree_.id, row);
    digester_->add_leaf(row.digest);
    rows_digester_.add_leaf(tree_.id, row);
    ++tree_.n_leaves;
    tree_.nbytes += row.nbytes;
    tree_.stored_nbytes += row.stored_nbytes;
    if (row.data) on_written_(row.data->size(), true);
    for (const format::ChunkRef& chunk : chunks) {
        bool is_new = false;
        db::insert_leaf_chunk(to_, row.id, chunk.first_byte, copy_chunk(chunk, is_new));
        on_written_(chunk.stored_nbytes, is_new);
    }
}

TreeCopier::Staged TreeCopier::finish() {
    tree_.digest = digester_->finish();
    return {.row = tree_, .rows_digest = rows_digester_.finish(tree_)};
}

void TreeCopier::publish(const db::Connection& to, const Staged& tree) {
    db::require_staged(to, tree.row.id, tree.row.staged_by);
    db::publish_tree(to, tree.row);
    db::store_tree_digest(to, tree.row.id, tree.rows_digest);
}

std::int64_t TreeCopier::copy_chunk(const format::ChunkRef& chunk, bool& is_new) {
    const auto known = chunk_ids_.find(chunk.chunk_id);
    if (known != chunk_ids_.end()) return known->second;
    is_new = true;
    std::int64_t id = 0;
    if (const auto stored = db::find_chunk(to_, chunk.digest)) {
        id = stored->chunk_id;
        if (stored->nbytes != chunk.nbytes) {
            throw Corrupt("chunk " + std::to_string(id) +
                              " has the digest of another file's bytes, but not their number",
                          {.file = to_.file()});
        }
    } else {
        const ByteView bytes = reader_.read_stored(chunk);
        check_(chunk, bytes);
        id = db::insert_chunk(to_, chunk.digest, chunk.codec, chunk.nbytes, bytes.size());
        db::ChunkBlob(to_, true).write(id, bytes);
        stored_nbytes_ += bytes.size();
    }
    chunk_ids_.emplace(chunk.chunk_id, id);
    return id;
}

}  // namespace ckptlite::detail
