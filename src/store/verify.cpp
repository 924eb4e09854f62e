// SPDX-License-Identifier: MIT
// The checking half of load.hpp: like loading everything, but it goes on after each problem.
#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <set>

#include "ckptlite/error.hpp"
#include "db/transaction.hpp"
#include "store/leaf_reader.hpp"
#include "store/load.hpp"
#include "tree/moments.hpp"
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

constexpr const char* kChanged =
    "is not as ckptlite wrote it: it is damaged, or another program changed it";

std::string name_of(const CheckpointInfo& checkpoint) {
    return "run '" + checkpoint.run + "', prefix '" + checkpoint.prefix + "', step " +
           std::to_string(checkpoint.step);
}

class Verifier {
public:
    Verifier(const db::Connection& connection, bool full)
        : connection_(connection),
          reader_(connection),
          full_(full),
          digested_(db::has_row_digests(connection)) {}

    VerifyReport run() {
        guard("the database", [&] {
            for (const std::string& problem : db::check_database(connection_, full_)) {
                report_.problems.push_back({"the database", problem});
            }
        });
        constexpr auto kAll = std::numeric_limits<std::size_t>::max();
        guard("the checkpoints", [&] {
            for (const auto& checkpoint : db::select_checkpoints(connection_, {}, kAll)) {
                ++report_.checkpoints;
                check_ranking(checkpoint);
                if (digested_ && !db::checkpoint_is_as_written(connection_, checkpoint.id))
                    report_.problems.push_back({name_of(checkpoint), kChanged});
                if (trees_.insert(checkpoint.tree_id).second) check_tree(checkpoint);
            }
        });
        if (digested_) check_rows();
        guard("the chunks", [&] { report_.chunks = db::all_chunks(connection_).size(); });
        return std::move(report_);
    }

private:
    template <typename Check>
    void guard(const std::string& where, Check check) {
        try {
            check();
        } catch (const Corrupt& error) {
            report_.problems.push_back({where, error.message()});
        }
    }

    void check_ranking(const CheckpointInfo& checkpoint) {
        const auto ranked = db::ranked_metrics(connection_, checkpoint.id);
        if (!ranked || same(*ranked, numbers_of(checkpoint.metrics))) return;
        report_.problems.push_back(
            {name_of(checkpoint), "its rows of checkpoint_metric do not agree with its metrics"});
    }

    /// What no other digest covers, but for checkpoints and trees.
    void check_rows() {
        guard("the runs", [&] {
            for (const RunInfo& run : db::select_runs(connection_)) {
                const std::string where = "run '" + run.name + "'";
                if (!db::run_is_as_written(connection_, run.id))
                    report_.problems.push_back({where, kChanged});
                if (full_ && !db::metrics_are_as_written(connection_, run.id))
                    report_.problems.push_back({where + ", its metric history", kChanged});
            }
            for (const std::string& row : db::rows_gone(connection_))
                report_.problems.push_back({row, "the row is gone, its digest is not"});
        });
    }

    void check_tree(const CheckpointInfo& checkpoint) {
        const std::string where = name_of(checkpoint);
        guard(where, [&] {
            const auto tree = db::find_tree(connection_, checkpoint.tree_id);
            if (!tree || !tree->staged_by.empty()) throw Corrupt("it has no complete tree");
            const auto leaves = db::select_leaves(connection_, tree->id);
            format::TreeDigester digester(tree->structure);
            format::TreeRowsDigester rows;
            std::vector<std::string> paths;
            std::uint64_t nbytes = 0;
            for (const format::LeafRow& leaf : leaves) {
                digester.add_leaf(leaf.digest);
                rows.add_leaf(tree->id, leaf);
                paths.push_back(leaf.path);
                nbytes += leaf.nbytes;
                ++report_.leaves;
                guard(where + ", leaf " + leaf.path, [&] { check_leaf(leaf); });
            }
            if (digester.finish() != tree->digest) throw Corrupt("the tree's digest is wrong");
            if (paths != pytree::leaf_paths(tree->structure)) {
                throw Corrupt("the structure names other leaves than there are");
            }
            if (tree->n_leaves != leaves.size() || tree->nbytes != nbytes) {
                throw Corrupt("the tree's number of leaves or bytes is wrong");
            }
            if (digested_ && !db::tree_is_as_written(connection_, tree->id, rows.finish(*tree))) {
                throw Corrupt("the row of its tree or of a leaf " + std::string(kChanged));
            }
        });
    }

    void check_leaf(const format::LeafRow& row) {
        const LeafType type = leaf_type(row);
        const auto elements = type.kind == pytree::LeafKind::tensor
                                  ? std::optional(type.dtype)
                                  : pytree::scalar_dtype(type.kind);
        format::LeafDigester digester(row);
        pytree::Moments moments;
        std::uint64_t stored_nbytes = row.nbytes;
        bool measurable = full_ && elements;
        if (const auto data = reader_.inline_data(row)) {
            digester.add_inline(*data);
            if (elements) moments = pytree::moments_of(*elements, *data);
            report_.nbytes += full_ ? data->size() : 0;
        } else {
            stored_nbytes = 0;
            for (const format::ChunkRef& chunk : reader_.chunks(row)) {
                digester.add_chunk(chunk.digest);
                stored_nbytes += chunk.stored_nbytes;
                // Another writer may have cut the leaf within an element, which no chunk then has.
                if (chunk.nbytes % (elements ? itemsize(*elements) : 1) != 0) measurable = false;
                if (full_) moments.merge(check_chunk(chunk, elements.value_or(DType::uint8)));
            }
        }
        if (digester.finish() != row.digest) throw Corrupt("its digest does not match");
        if (stored_nbytes != row.stored_nbytes) throw Corrupt("its stored size is wrong");
        if (measurable && !same(pytree::statistics_of(*elements, moments), row.statistics)) {
            throw Corrupt("its statistics are not those of its data");
        }
    }

    /// A chunk that many leaves share is decoded once.
    const pytree::Moments& check_chunk(const format::ChunkRef& chunk, DType elements) {
        const auto [entry, is_new] = checked_.try_emplace({chunk.chunk_id, elements});
        if (is_new) {
            decoded_.resize(chunk.nbytes);
            reader_.read_chunk(chunk, decoded_);
            report_.nbytes += chunk.nbytes;
            entry->second = pytree::moments_of(elements, decoded_);
        }
        return entry->second;
    }

    const db::Connection& connection_;
    LeafReader reader_;
    bool full_;
    bool digested_;
    VerifyReport report_;
    std::set<std::int64_t> trees_;
    std::map<std::pair<std::int64_t, DType>, pytree::Moments> checked_;
    std::vector<std::byte> decoded_;
};

}  // namespace

VerifyReport verify_store(const db::Connection& connection, bool full) {
    const db::ReadTransaction snapshot(connection);
    return Verifier(connection, full).run();
}

}  // namespace ckptlite::detail
