// SPDX-License-Identifier: MIT
// The checking half of load.hpp: like loading everything, but it goes on after each problem.
#include <algorithm>
#include <cmath>
#include <set>

#include "ckptlite/error.hpp"
#include "db/damaged_tables.hpp"
#include "db/file_pages.hpp"
#include "db/transaction.hpp"
#include "store/leaf_checker.hpp"
#include "store/load.hpp"
#include "store/row_rules.hpp"
#include "store/stored_tree.hpp"
#include "store/verify_rows.hpp"
#include "tree/structure.hpp"

namespace ckptlite::detail {
namespace {

/// Sums may be added in another order by another build: nearly equal is equal.
bool same(const std::optional<double>& a, const std::optional<double>& b) {
    if (!a || !b) return a.has_value() == b.has_value();
    if (std::isinf(*a) || std::isinf(*b)) return *a == *b;
    return *a == *b || std::abs(*a - *b) <= 1e-9 * std::max(std::abs(*a), std::abs(*b));
}

bool same(const LeafStatistics& a, const LeafStatistics& b) {
    return same(a.min, b.min) && same(a.max, b.max) && same(a.mean, b.mean) &&
           same(a.norm, b.norm) && a.nan_count == b.nan_count && a.inf_count == b.inf_count;
}

/// Those that have a rank: all but NaN.
Metrics numbers_of(const Metrics& metrics) {
    Metrics numbers;
    for (const auto& [group, values] : metrics) {
        for (const auto& [label, value] : values) {
            if (!std::isnan(value)) numbers[group][label] = value;
        }
    }
    return numbers;
}

/// Another writer may read decimal digits a little differently.
bool same(const Metrics& a, const Metrics& b) {
    const auto by_label = [](const auto& x, const auto& y) {
        return x.first == y.first && same(std::optional(x.second), std::optional(y.second));
    };
    return std::ranges::equal(a, b, [&](const auto& x, const auto& y) {
        return x.first == y.first && std::ranges::equal(x.second, y.second, by_label);
    });
}

class Verifier {
public:
    Verifier(const db::Connection& connection, bool full, const OnProgress& on_progress)
        : connection_(connection),
          full_(full),
          digested_(db::has_row_digests(connection)),
          on_progress_(on_progress),
          total_(db::file_pages(connection).used_nbytes()),
          leaves_(connection, full,
                  [this](const format::ChunkRef&, ByteView stored) { advance(stored.size()); }) {}

    VerifyReport run() {
        guard("the database", [&] {
            for (const std::string& problem : db::check_database(connection_, full_)) {
                report("the database", problem);
            }
        });
        guard("the database", [&] {
            if (db::has_newer_tables(connection_)) {
                report("the database",
                       "its user_version is that of an older format than its tables are of: set it "
                       "to what it was, 1003 if the file has tags");
            }
        });
        guard("the checkpoints", [&] {
            for (const std::int64_t id : db::checkpoint_ids(connection_)) {
                ++report_.checkpoints;
                guard("checkpoint " + std::to_string(id), [&] { check_checkpoint(id); });
            }
        });
        if (digested_) guard("the runs", [&] { check_digests(); });
        guard("the chunks", [&] { check_chunks(); });
        if (full_) check_rows();
        report_.nbytes = full_ ? leaves_.nbytes() : 0;
        advance(total_);
        return std::move(report_);
    }

private:
    template <typename Check>
    void guard(const std::string& where, Check check) {
        try {
            check();
        } catch (const Corrupt& error) {
            report(where, error.message());
        }
    }

    void report(std::string where, std::string what) {
        report_.problems.push_back({std::move(where), std::move(what)});
    }

    void advance(std::uint64_t nbytes) {
        done_ = std::min(total_, done_ + nbytes);
        if (on_progress_) on_progress_({done_, total_});
    }

    void check_rows() {
        const auto on_problem = [this](std::string where, std::string what) {
            report(std::move(where), std::move(what));
        };
        guard("the runs", [&] { verify_runs(connection_, on_problem); });
        guard("the tags", [&] { verify_tags(connection_, on_problem); });
        guard("the metric history", [&] { verify_history(connection_, on_problem); });
        guard("the database", [&] { verify_belonging(connection_, on_problem); });
    }

    void check_checkpoint(std::int64_t id) {
        const auto checkpoint = db::find_checkpoint(connection_, id);
        if (!checkpoint) throw Corrupt("its run or its tree is missing");
        check_ranking(*checkpoint);
        if (digested_ && !db::checkpoint_is_as_written(connection_, id)) {
            report(name_of(*checkpoint), kChangedRow);
        }
        if (full_) check_values(*checkpoint);
        if (trees_.insert(checkpoint->tree_id).second) check_tree(*checkpoint);
    }

    void check_values(const CheckpointInfo& checkpoint) {
        for (const Fault& fault :
             {fault_of_name(checkpoint.prefix, "prefix"), fault_of_time(checkpoint.created_at),
              fault_of_metrics(checkpoint.metrics)}) {
            if (fault) report(name_of(checkpoint), *fault);
        }
    }

    void check_ranking(const CheckpointInfo& checkpoint) {
        const auto ranked = db::ranked_metrics(connection_, checkpoint.id);
        if (!ranked || same(*ranked, numbers_of(checkpoint.metrics))) return;
        report(name_of(checkpoint), "its rows of checkpoint_metric do not agree with its metrics");
    }

    /// What no other digest covers, but for checkpoints and trees.
    void check_digests() {
        for (const RunInfo& run : db::select_runs(connection_)) {
            const std::string where = "run '" + run.name + "'";
            if (!db::run_is_as_written(connection_, run.id)) report(where, kChangedRow);
            if (full_ && !db::metrics_are_as_written(connection_, run.id)) {
                report(where + ", its metric history", kChangedRow);
            }
        }
        if (db::has_tags(connection_) && !db::tags_are_as_written(connection_)) {
            report("the tags", kChangedRow);
        }
        for (const std::string& row : db::rows_gone(connection_)) {
            report(row, "the row is gone, its digest is not");
        }
    }

    void check_tree(const CheckpointInfo& checkpoint) {
        const std::string where = name_of(checkpoint);
        guard(where, [&] {
            const auto tree = db::find_tree(connection_, checkpoint.tree_id);
            if (!tree || !tree->staged_by.empty()) throw Corrupt("it has no complete tree");
            format::TreeDigester digester(tree->structure);
            format::TreeRowsDigester rows;
            std::vector<std::string> paths;
            std::uint64_t nbytes = 0;
            std::uint64_t stored_nbytes = 0;
            db::LeafCursor cursor(connection_, tree->id);
            while (const auto leaf = cursor.next()) {
                digester.add_leaf(leaf->digest);
                rows.add_leaf(tree->id, *leaf);
                paths.push_back(leaf->path);
                nbytes += leaf->nbytes;
                stored_nbytes += leaf->stored_nbytes;
                ++report_.leaves;
                guard(where + ", leaf " + leaf->path, [&] { check_leaf(*leaf); });
            }
            if (digester.finish() != tree->digest) throw Corrupt("the tree's digest is wrong");
            if (paths != pytree::leaf_paths(tree->structure)) {
                throw Corrupt("the structure names other leaves than there are");
            }
            if (tree->n_leaves != paths.size() || tree->nbytes != nbytes ||
                tree->stored_nbytes != stored_nbytes) {
                throw Corrupt("the tree's number of leaves or bytes is wrong");
            }
            if (digested_ && !db::tree_is_as_written(connection_, tree->id, rows.finish(*tree))) {
                throw Corrupt("the row of its tree or of a leaf " + std::string(kChangedRow));
            }
        });
    }

    void check_leaf(const format::LeafRow& row) {
        const CheckedLeaf found = leaves_.check(row);
        if (found.stored_nbytes != row.stored_nbytes) throw Corrupt("its stored size is wrong");
        if (full_ && found.statistics && !same(*found.statistics, row.statistics)) {
            throw Corrupt("its statistics are not those of its data");
        }
    }

    /// Those of invisible trees, too: the next save takes over what it finds stored.
    void check_chunks() {
        db::for_each_chunk(
            connection_,
            [this](const format::ChunkRef& chunk) {
                ++report_.chunks;
                if (!full_) return;
                guard("chunk " + std::to_string(chunk.chunk_id),
                      [&] { leaves_.check_chunk(chunk); });
            },
            [this](const std::string& what) {
                ++report_.chunks;
                report("the chunks", what);
            });
    }

    const db::Connection& connection_;
    bool full_;
    bool digested_;
    const OnProgress& on_progress_;
    std::uint64_t total_;
    std::uint64_t done_ = 0;
    LeafChecker leaves_;
    VerifyReport report_;
    std::set<std::int64_t> trees_;
};

}  // namespace

VerifyReport verify_store(const db::Connection& connection, bool full,
                          const OnProgress& on_progress) {
    const db::ReadTransaction snapshot(connection);
    return Verifier(connection, full, on_progress).run();
}

}  // namespace ckptlite::detail
