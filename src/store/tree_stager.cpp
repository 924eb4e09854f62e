// SPDX-License-Identifier: MIT
#include "store/tree_stager.hpp"

#include <algorithm>

#include "ckptlite/error.hpp"

namespace ckptlite::detail {

TreeStager::TreeStager(const db::Connection& connection, SavePipeline& pipeline,
                       std::string staged_by, std::string structure,
                       std::optional<std::int64_t> previous)
    : connection_(connection),
      pipeline_(pipeline),
      staged_by_(std::move(staged_by)),
      previous_(previous),
      digester_(structure) {
    tree_.structure = std::move(structure);
}

void TreeStager::add(const LeafSource& source, Piece piece) {
    if (piece.first_byte == 0) pending_.emplace_back(source);
    PendingLeaf& leaf = pending_.back();
    const bool last = piece.first_byte + piece.nbytes == leaf.row.nbytes;
    if (leaf.row.nbytes <= kInlineLeafBytes)
        add_inline(leaf, std::move(piece.data));
    else
        add_chunk(leaf, std::move(piece));
    if (last) complete(leaf);
}

void TreeStager::add_inline(PendingLeaf& leaf, std::vector<std::byte> bytes) {
    const std::vector<std::byte>& data = leaf.row.data.emplace(std::move(bytes));
    leaf.row.stored_nbytes = data.size();
    leaf.digester.add_inline(data);
    pending_bytes_ += data.size();
    // Measured faster than it is looked up.
    if (const auto& elements = leaf.source->elements)
        leaf.measured.push_back({0, data.size(), pytree::moments_of(*elements, data)});
}

void TreeStager::add_chunk(PendingLeaf& leaf, Piece piece) {
    leaf.digester.add_chunk(piece.digest);
    if (leaf.source->elements)
        leaf.measured.push_back({piece.first_byte, piece.nbytes, piece.moments});
    if (piece.encoded) pending_bytes_ += piece.encoded->data.size();
    leaf.pieces.push_back(std::move(piece));
}

void TreeStager::complete(PendingLeaf& leaf) {
    leaf.row.digest = leaf.digester.finish();
    if (leaf.source->elements) leaf.row.statistics = statistics(leaf);
    leaf.measured.clear();
    leaf.complete = true;
    digester_.add_leaf(leaf.row.digest);
    ++tree_.n_leaves;
    tree_.nbytes += leaf.row.nbytes;
}

LeafStatistics TreeStager::statistics(const PendingLeaf& leaf) const {
    const auto is_measured = [](const Measured& part) { return part.moments.has_value(); };
    if (previous_ && std::ranges::none_of(leaf.measured, is_measured)) {
        const auto stored = db::find_leaf(connection_, *previous_, leaf.row.path);
        if (stored && stored->digest == leaf.row.digest) return stored->statistics;
    }
    const DType elements = *leaf.source->elements;
    pytree::Moments moments;
    for (const auto& [first_byte, nbytes, known] : leaf.measured) {
        moments.merge(known ? *known : pipeline_.measure(*leaf.source, first_byte, nbytes));
    }
    return pytree::statistics_of(elements, moments);
}

void TreeStager::write_pending() {
    if (tree_.id == 0)
        tree_.id = db::stage_tree(connection_, staged_by_, tree_.structure);
    else
        db::require_staged(connection_, tree_.id, staged_by_);
    db::ChunkBlob blob(connection_, true);
    while (!pending_.empty()) {
        write(pending_.front(), blob);
        // A leaf larger than a batch goes on in the next one.
        if (!pending_.front().complete) break;
        pending_.pop_front();
    }
    pending_bytes_ = 0;
}

void TreeStager::write(PendingLeaf& leaf, db::ChunkBlob& blob) {
    std::vector<format::ChunkRef> chunks;
    for (Piece& piece : leaf.pieces) {
        chunks.push_back(store_chunk(leaf, piece, blob));
        leaf.row.stored_nbytes += chunks.back().stored_nbytes;
    }
    leaf.pieces.clear();
    if (leaf.row.id == 0)
        leaf.row.id = db::insert_leaf(connection_, tree_.id, leaf.row);
    else if (leaf.complete)
        db::complete_leaf(connection_, leaf.row);
    for (const format::ChunkRef& chunk : chunks) {
        db::insert_leaf_chunk(connection_, leaf.row.id, chunk.first_byte, chunk.chunk_id);
    }
    if (!leaf.complete) return;
    tree_.stored_nbytes += leaf.row.stored_nbytes;
    rows_digester_.add_leaf(tree_.id, leaf.row);
}

format::ChunkRef TreeStager::store_chunk(const PendingLeaf& leaf, Piece& piece,
                                         db::ChunkBlob& blob) {
    format::ChunkRef chunk;
    if (const auto stored = db::find_chunk(connection_, piece.digest)) {
        chunk = *stored;
        if (chunk.nbytes != piece.nbytes) {
            throw Corrupt("chunk " + std::to_string(chunk.chunk_id) +
                              " has the digest of this leaf's bytes, but not their number",
                          {.file = connection_.file(), .leaf = leaf.row.path});
        }
    } else {
        // Known when it was looked up, but deleted by another process's retention since.
        if (!piece.encoded) piece.encoded = pipeline_.encode(*leaf.source, piece);
        const ByteView data = piece.encoded->data;
        chunk.chunk_id = db::insert_chunk(connection_, piece.digest, piece.encoded->codec,
                                          piece.nbytes, data.size());
        blob.write(chunk.chunk_id, data);
        chunk.stored_nbytes = data.size();
    }
    chunk.first_byte = piece.first_byte;
    return chunk;
}

std::int64_t TreeStager::publish() {
    tree_.digest = digester_.finish();
    if (tree_.id == 0) {
        if (const auto equal = db::find_published_tree(connection_, *tree_.digest)) return *equal;
    }
    write_pending();
    db::publish_tree(connection_, tree_);
    db::store_tree_digest(connection_, tree_.id, rows_digester_.finish(tree_));
    return tree_.id;
}

}  // namespace ckptlite::detail
