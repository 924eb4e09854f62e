// SPDX-License-Identifier: MIT
// The deleting half of save.hpp.
#include <algorithm>
#include <set>

#include "format/timestamp.hpp"
#include "store/garbage.hpp"
#include "store/save.hpp"

namespace ckptlite::detail {

void delete_checkpoints(const db::Connection& writer, const std::vector<db::CheckpointRef>& gone,
                        Trees trees_that_go) {
    std::set<std::int64_t> trees;
    for (const db::CheckpointRef& checkpoint : gone) {
        db::delete_checkpoint(writer, checkpoint.id);
        trees.insert(checkpoint.tree_id);
    }
    for (const std::int64_t tree : trees) {
        if (db::tree_in_use(writer, tree)) continue;
        if (trees_that_go == Trees::retire_all ||
            db::stored_nbytes_of_tree(writer, tree) > kRetiredTreeBytes) {
            db::retire_tree(writer, tree);
        } else {
            db::delete_tree(writer, tree);
        }
    }
}

namespace {

std::vector<db::SeriesRow> series(const db::Connection& connection, const RetentionPolicy& policy,
                                  std::string_view run, std::string_view prefix) {
    return db::select_series(connection, run, prefix, !policy.best.empty());
}

std::vector<RetentionDecision> plan_of(const std::vector<db::SeriesRow>& rows,
                                       const RetentionPolicy& policy,
                                       std::optional<std::int64_t> just_written) {
    std::vector<RetentionCandidate> candidates;
    candidates.reserve(rows.size());
    for (const db::SeriesRow& row : rows) {
        candidates.push_back({.id = row.checkpoint.id,
                              .step = row.checkpoint.step,
                              .created_at = std::chrono::floor<std::chrono::seconds>(
                                  format::parse_timestamp(row.created_at)),
                              .stored_nbytes = row.stored_nbytes,
                              .pinned = row.checkpoint.pinned,
                              .tags = row.checkpoint.tags,
                              .metrics = row.metrics});
    }
    const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
    return plan_retention(candidates, policy, now, just_written);
}

}  // namespace

std::vector<RetentionDecision> plan_for(const db::Connection& connection,
                                        const RetentionPolicy& policy, std::string_view run,
                                        std::string_view prefix,
                                        std::optional<std::int64_t> just_written) {
    return plan_of(series(connection, policy, run, prefix), policy, just_written);
}

std::vector<RetentionDecision> apply_retention(const db::Connection& writer,
                                               const RetentionPolicy& policy, std::string_view run,
                                               std::string_view prefix,
                                               std::optional<std::int64_t> just_written,
                                               Trees trees_that_go) {
    const std::vector<db::SeriesRow> rows = series(writer, policy, run, prefix);
    std::vector<RetentionDecision> plan = plan_of(rows, policy, just_written);
    std::vector<db::CheckpointRef> gone;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        if (!plan[i].keep) gone.push_back(rows[i].checkpoint);
    }
    delete_checkpoints(writer, gone, trees_that_go);
    return plan;
}

}  // namespace ckptlite::detail
