// SPDX-License-Identifier: MIT
// Collects the pieces of one tree and writes them in batches, invisible until published.
//
// One stager serves one save, on the writer connection's thread; the pipeline outlives it. Nothing
// is written before write_pending() or publish(), which the caller wraps in transactions.
#pragma once

#include <deque>

#include "db/blob.hpp"
#include "db/tables.hpp"
#include "store/save_pipeline.hpp"

namespace ckptlite::detail {

class TreeStager {
public:
    /// `previous` is a published tree that probably has many of the same leaves.
    TreeStager(const db::Connection& connection, SavePipeline& pipeline, std::string staged_by,
               std::string structure, std::optional<std::int64_t> previous);

    /// Pieces in the order of SavePipeline::run.
    void add(const LeafSource& leaf, Piece piece);

    /// Bytes that wait to be written.
    std::size_t pending_bytes() const noexcept { return pending_bytes_; }
    void write_pending();

    /// After the last piece, in the save's last transaction: writes what is pending and makes the
    /// tree one that checkpoints may refer to. If nothing has been written yet and an equal tree is
    /// stored, that one is used. Returns its id.
    std::int64_t publish();

private:
    /// A piece of a leaf; one without moments is measured only if it has to be.
    struct Measured {
        std::uint64_t first_byte;
        std::size_t nbytes;
        std::optional<pytree::Moments> moments;
    };
    struct PendingLeaf {
        explicit PendingLeaf(const LeafSource& from)
            : source(&from), row(from.row), digester(from.row) {}

        const LeafSource* source;
        format::LeafRow row;
        format::LeafDigester digester;
        std::vector<Measured> measured{};  // each piece so far
        std::vector<Piece> pieces{};
        bool complete = false;
    };
    void add_inline(PendingLeaf& leaf, std::vector<std::byte> bytes);
    void add_chunk(PendingLeaf& leaf, Piece piece);
    void complete(PendingLeaf& leaf);
    LeafStatistics statistics(const PendingLeaf& leaf) const;
    void write(PendingLeaf& leaf, db::ChunkBlob& blob);
    format::ChunkRef store_chunk(const PendingLeaf& leaf, Piece& piece, db::ChunkBlob& blob);

    const db::Connection& connection_;
    SavePipeline& pipeline_;
    std::string staged_by_;
    std::optional<std::int64_t> previous_;
    format::TreeRow tree_;
    format::TreeDigester digester_;
    format::TreeRowsDigester rows_digester_;
    std::deque<PendingLeaf> pending_;
    std::size_t pending_bytes_ = 0;
};

}  // namespace ckptlite::detail
