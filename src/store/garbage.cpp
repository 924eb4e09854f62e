// SPDX-License-Identifier: MIT
#include "store/garbage.hpp"

#include "ckptlite/error.hpp"
#include "db/tables.hpp"
#include "db/transaction.hpp"
#include "store/writer_identity.hpp"

namespace ckptlite::detail {

Garbage::Garbage(const db::Connection& writer, const std::string& token) : writer_(writer) {
    for (auto& [tree_id, staged_by] : db::staged_trees(writer)) {
        if (writer_is_gone(staged_by, token)) trees_.emplace_back(tree_id, std::move(staged_by));
    }
}

void Garbage::keep_up(std::uint64_t written) {
    due_ += trees_.size() > 1 ? 2 * written : written;
    if (freed_ < due_) freed_ += collect(due_ - freed_);
}

std::uint64_t Garbage::nbytes() const {
    std::uint64_t sum = 0;
    for (const auto& [tree_id, staged_by] : trees_) {
        sum += db::unshared_nbytes_of_tree(writer_, tree_id);
    }
    return sum;
}

std::uint64_t Garbage::collect(std::uint64_t nbytes) {
    std::uint64_t freed = 0;
    for (; freed < nbytes && !trees_.empty(); trees_.pop_front()) {
        auto& [tree_id, staged_by] = trees_.front();
        // Looked at again under the lock: another process may have been faster.
        if (!db::is_staged_by(writer_, tree_id, staged_by)) continue;
        const db::TreePart deleted = db::delete_tree_part(writer_, tree_id, nbytes - freed);
        freed += deleted.nbytes;
        if (deleted.all) continue;
        // If its writer is there after all, it must not publish what is left.
        if (staged_by != db::kRetired) db::retire_tree(writer_, tree_id);
        staged_by = db::kRetired;
        break;
    }
    return freed;
}

void Garbage::collect_all() {
    constexpr std::uint64_t kMost = 64 << 20;  // readers wait for one transaction, not for all
    constexpr std::uint64_t kLeast = 64 << 10;
    std::uint64_t at_once = kMost;
    while (!empty()) {
        const auto trees = trees_;
        try {
            db::WriteTransaction transaction(writer_, db::Commit::ordered);
            collect(at_once);
            transaction.commit();
        } catch (const DiskFull&) {
            if (at_once <= kLeast) throw;
            at_once /= 4;
            trees_ = trees;  // rolled back
        }
    }
}

void collect_garbage(const db::Connection& writer, const std::string& token) noexcept {
    try {
        Garbage(writer, token).collect_all();
    } catch (const std::exception&) {
        // Whoever deletes has reported his own failure, or has none.
    }
}

}  // namespace ckptlite::detail
