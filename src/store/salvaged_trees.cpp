// SPDX-License-Identifier: MIT
#include "store/salvaged_trees.hpp"

#include "ckptlite/error.hpp"
#include "db/damaged_tables.hpp"
#include "tree/structure.hpp"

namespace ckptlite::detail {

SalvagedTrees::SalvagedTrees(const db::Connection& from, const db::Connection& to, OnBytes on_bytes)
    : from_(from),
      to_(to),
      on_bytes_(std::move(on_bytes)),
      checker_(from, true,
               [this](const format::ChunkRef& chunk, ByteView stored) {
                   stored_[chunk.chunk_id] = digest_of(stored);
                   on_bytes_(stored.size());
               }),
      copier_(
          from, to,
          [this](const format::ChunkRef& chunk, ByteView stored) { check_again(chunk, stored); },
          [this](std::uint64_t nbytes, bool is_new) {
              writes_->wrote(nbytes);
              if (is_new) on_bytes_(nbytes);
          }) {
    // Not by the index on tree and path: it may be damaged where the rows are not. What is missing
    // here, the digest of its tree misses.
    for (const auto& [leaf, tree] : db::scan_ids(from, db::ScannedTable::leaf).ids) {
        leaves_of_[tree].push_back(leaf);
    }
}

const SalvagedTrees::Copy& SalvagedTrees::copy(std::int64_t tree_id) {
    const auto [entry, is_new] = copies_.try_emplace(tree_id);
    Copy& copy = entry->second;
    if (!is_new) return copy;
    std::vector<Leaf> leaves;
    format::TreeRow tree;
    try {
        tree = check(tree_id, leaves);
    } catch (const Corrupt& error) {
        copy.damage = error.message();
    } catch (const IoError& error) {
        copy.damage = error.message();
    }
    if (copy.damage.empty()) copy.id = write(tree, leaves);
    return copy;
}

format::TreeRow SalvagedTrees::check(std::int64_t tree_id, std::vector<Leaf>& leaves) {
    auto tree = db::find_tree(from_, tree_id);
    if (!tree) throw Corrupt("its tree is missing");
    format::TreeDigester digester(tree->structure);
    std::vector<std::string> paths;
    tree->nbytes = 0;
    tree->stored_nbytes = 0;
    for (const std::int64_t id : leaves_of_[tree_id]) {
        const auto row = db::find_leaf(from_, id);
        if (!row) throw Corrupt("leaf " + std::to_string(id) + " is missing");
        try {
            leaves.push_back({id, checker_.check(*row)});
        } catch (const Corrupt& error) {
            throw Corrupt("leaf " + row->path + ": " + error.message());
        }
        digester.add_leaf(row->digest);
        paths.push_back(row->path);
        tree->nbytes += row->nbytes;
        tree->stored_nbytes += leaves.back().checked.stored_nbytes;
    }
    if (paths != pytree::leaf_paths(tree->structure)) {
        throw Corrupt("some of its leaves are missing");
    }
    if (digester.finish() != tree->digest) {
        throw Corrupt("the digest of its tree does not match its leaves");
    }
    tree->n_leaves = paths.size();
    return *std::move(tree);
}

std::int64_t SalvagedTrees::write(const format::TreeRow& tree, const std::vector<Leaf>& leaves) {
    writes_.emplace(to_);
    copier_.begin("{}", tree.structure);
    for (const Leaf& leaf : leaves) {
        auto row = db::find_leaf(from_, leaf.id);
        if (!row) throw Corrupt("a row is gone that was read before", {.file = from_.file()});
        row->stored_nbytes = leaf.checked.stored_nbytes;
        if (leaf.checked.statistics) row->statistics = *leaf.checked.statistics;
        copier_.add(*std::move(row), leaf.checked.chunks);
    }
    const TreeCopier::Staged staged = copier_.finish();
    TreeCopier::publish(to_, staged);
    writes_->finish();
    writes_.reset();
    nbytes_ += tree.nbytes;
    return staged.row.id;
}

void SalvagedTrees::check_again(const format::ChunkRef& chunk, ByteView stored) const {
    const auto before = stored_.find(chunk.chunk_id);  // none if it could not be read then
    if (before != stored_.end() && before->second == digest_of(stored)) return;
    throw IoError("chunk " + std::to_string(chunk.chunk_id) +
                      " reads differently each time: copy the file to another disk first",
                  {.file = from_.file()});
}

}  // namespace ckptlite::detail
