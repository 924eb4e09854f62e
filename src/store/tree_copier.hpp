// SPDX-License-Identifier: MIT
// Writes trees of one file into another: rows anew, encoded chunks as they are and only those that
// the other file lacks. What is copied was checked by the caller.
//
// One thread. The source is in a read transaction of the caller; begin(), add() and publish() run
// in write transactions of his on the destination, which may end and begin anew in on_written.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "store/leaf_reader.hpp"

namespace ckptlite::detail {

class TreeCopier {
public:
    /// Gets what is stored of a chunk before it is written. Throws if it is not what it should be.
    using CheckChunk = std::function<void(const format::ChunkRef& chunk, ByteView stored)>;
    /// After a leaf's inline data (`is_new`) or a chunk: its stored bytes, and whether this copier
    /// meets it for the first time.
    using OnWritten = std::function<void(std::uint64_t nbytes, bool is_new)>;

    TreeCopier(const db::Connection& from, const db::Connection& to, CheckChunk check,
               OnWritten on_written);

    /// Begins a tree, which nobody sees before it is published.
    void begin(std::string_view staged_by, const std::string& structure);
    /// Adds a leaf in tree order, with the data of an inline one, else with its chunks. Its sizes
    /// and digests are taken as they are, its ids are not.
    void add(format::LeafRow row, const std::vector<format::ChunkRef>& chunks);

    /// A tree all of whose leaves are written; without its structure.
    struct Staged {
        format::TreeRow row{};
        Digest rows_digest{};
    };
    /// Ends the tree.
    Staged finish();
    static void publish(const db::Connection& to, const Staged& tree);

    /// Stored bytes of the chunks that were written.
    std::uint64_t stored_nbytes() const noexcept { return stored_nbytes_; }

private:
    std::int64_t copy_chunk(const format::ChunkRef& chunk, bool& is_new);

    const db::Connection& to_;
    CheckChunk check_;
    OnWritten on_written_;
    LeafReader reader_;
    std::optional<format::TreeDigester> digester_;
    format::TreeRowsDigester rows_digester_;
    format::TreeRow tree_;
    std::unordered_map<std::int64_t, std::int64_t> chunk_ids_;  // old to new
    std::uint64_t stored_nbytes_ = 0;
};

}  // namespace ckptlite::detail
