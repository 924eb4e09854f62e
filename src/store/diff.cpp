// SPDX-License-Identifier: MIT
#include "ckptlite/diff.hpp"

#include <algorithm>
#include <cmath>
#include <unordered_map>

#include "store/leaf_comparison.hpp"
#include "store/store_impl.hpp"
#include "store/stored_tree.hpp"
#include "tree/element_values.hpp"
#include "tree/leaf_kind.hpp"
#include "tree/path_pattern.hpp"
#include "tree/structure.hpp"

namespace ckptlite {
namespace detail {
namespace {

std::optional<double> if_finite(double value) {
    return std::isfinite(value) ? std::optional(value) : std::nullopt;
}

/// One of the two checkpoints.
struct Side {
    Side(const db::Connection& of, const CheckpointInfo& at)
        : connection(of), checkpoint(at), tree(tree_of(of, at)) {}

    /// Without data. Throws Corrupt unless they are the tree's.
    std::vector<format::LeafRow> leaves(const std::optional<pytree::PathPattern>& pattern) const {
        format::TreeDigester digester(tree.structure);
        std::vector<format::LeafRow> rows = db::select_leaves(connection, tree.id);
        for (const format::LeafRow& row : rows) digester.add_leaf(row.digest);
        if (digester.finish() != tree.digest) {
            throw Corrupt("the tree is damaged: its digest does not match its leaves",
                          place(connection, checkpoint));
        }
        if (pattern) {
            std::erase_if(rows, [&](const auto& row) { return !pattern->matches(row.path); });
        }
        return rows;
    }

    LeafInfo info(const format::LeafRow& row) const {
        return at_place(connection, checkpoint, row.path, [&] { return leaf_info(row); });
    }

    const db::Connection& connection;
    const CheckpointInfo& checkpoint;
    const format::TreeRow tree;
};

bool same_type(const format::LeafRow& a, const format::LeafRow& b) {
    return a.kind == b.kind && a.dtype == b.dtype && a.shape == b.shape;
}

std::optional<DType> elements_of(const LeafInfo& leaf) {
    if (leaf.dtype) return leaf.dtype;
    return pytree::scalar_dtype(*pytree::parse_kind(leaf.kind));
}

class Differ {
public:
    Differ(const Side& a, const Side& b, const DiffOptions& options)
        : a_(a), b_(b), options_(options) {}

    DiffReport run() {
        align();
        report_.same_structure = a_.tree.structure == b_.tree.structure;
        for (const auto& [index, rows] : compared_) {
            total_ += rows.first.stored_nbytes + rows.second.stored_nbytes;
        }
        for (auto& [index, rows] : compared_) {
            compare(report_.leaves[index], rows.first, rows.second);
        }
        for (const LeafDifference& leaf : report_.leaves) add_up(leaf);
        if (options_.values) {
            if (all_.has_finite()) report_.max_abs = all_.max_abs;
            if (all_.has_finite() && squares_ > 0) {
                report_.relative_norm = if_finite(std::sqrt(all_.sum_squares / squares_));
            }
        }
        if (options_.on_progress) options_.on_progress({total_, total_});
        return std::move(report_);
    }

private:
    /// Fills the report, with "changed" for all that has to be compared.
    void align() {
        std::optional<pytree::PathPattern> pattern;
        if (options_.only) pattern.emplace(*options_.only);
        std::vector<format::LeafRow> before = a_.leaves(pattern);
        std::vector<format::LeafRow> after = b_.leaves(pattern);
        if (pattern && before.empty() && after.empty()) {
            throw no_leaf_matches(a_.connection, a_.checkpoint, *options_.only,
                                  pytree::leaf_paths(a_.tree.structure));
        }
        std::unordered_map<std::string_view, std::size_t> places;
        for (std::size_t i = 0; i < after.size(); ++i) places.emplace(after[i].path, i);
        std::vector<bool> is_common(after.size());
        for (const format::LeafRow& row : before) {
            if (const auto at = places.find(row.path); at != places.end()) {
                is_common[at->second] = true;
            }
        }
        std::size_t next = 0;
        const auto add_new = [&](std::size_t end) {
            for (; next < end; ++next) {
                if (!is_common[next]) add(LeafChange::added, b_.info(after[next]));
            }
        };
        for (format::LeafRow& row : before) {
            const auto at = places.find(row.path);
            if (at == places.end()) {
                add(LeafChange::removed, a_.info(row));
                continue;
            }
            add_new(at->second);
            add_common(std::move(row), after[at->second]);
        }
        add_new(after.size());
    }

    LeafDifference& add(LeafChange change, LeafInfo leaf) {
        return report_.leaves.emplace_back(
            LeafDifference{.change = change, .leaf = std::move(leaf)});
    }

    void add_common(format::LeafRow before, const format::LeafRow& after) {
        LeafInfo info = a_.info(before);
        const auto elements = elements_of(info);
        if (elements && !pytree::is_integer(*elements) && same_type(before, after)) {
            const double norm = info.statistics.norm.value_or(0);
            squares_ += norm * norm;
        }
        if (before.digest == after.digest) {
            add(LeafChange::same, std::move(info));
            return;
        }
        const bool typed = same_type(before, after);
        add(typed ? LeafChange::changed : LeafChange::retyped, std::move(info)).after =
            b_.info(after);
        if (typed) {
            compared_.push_back({report_.leaves.size() - 1, {std::move(before), after}});
        }
    }

    void compare(LeafDifference& leaf, format::LeafRow& before, format::LeafRow& after) {
        const auto elements = options_.values ? elements_of(leaf.leaf) : std::nullopt;
        before.data = db::leaf_data(a_.connection, before.id);
        after.data = db::leaf_data(b_.connection, after.id);
        const LeafComparison found = compare_leaves(
            {a_.connection, a_.checkpoint, before}, {b_.connection, b_.checkpoint, after}, elements,
            [this](std::uint64_t passed, std::uint64_t read) { advance(passed, read); });
        before.data.reset();
        after.data.reset();
        if (found.same) {  // cut into chunks in another way
            leaf.change = LeafChange::same;
            leaf.after.reset();
        } else if (elements) {
            // A counter or a random generator's state would drown all weights.
            if (!pytree::is_integer(*elements)) all_.merge(found.difference);
            set_numbers(leaf, found.difference);
        }
    }

    static void set_numbers(LeafDifference& leaf, const pytree::ElementDifference& difference) {
        leaf.n_different = difference.n_different;
        leaf.n_not_finite = difference.n_not_finite;
        if (!difference.has_finite()) return;
        leaf.max_abs = difference.max_abs;
        leaf.norm = if_finite(std::sqrt(difference.sum_squares));
        const double before = leaf.leaf.statistics.norm.value_or(0);
        if (leaf.norm && before > 0) leaf.relative_norm = if_finite(*leaf.norm / before);
    }

    void advance(std::uint64_t passed, std::uint64_t read) {
        report_.read_nbytes += read;
        done_ = std::min(total_, done_ + passed);
        if (options_.on_progress) options_.on_progress({done_, total_});
    }

    void add_up(const LeafDifference& leaf) {
        std::uint64_t* const counts[] = {&report_.same, &report_.changed, &report_.added,
                                         &report_.removed, &report_.retyped};
        ++*counts[static_cast<std::size_t>(leaf.change)];
    }

    const Side& a_;
    const Side& b_;
    const DiffOptions& options_;
    DiffReport report_;
    /// By the place in the report.
    std::vector<std::pair<std::size_t, std::pair<format::LeafRow, format::LeafRow>>> compared_;
    pytree::ElementDifference all_;
    double squares_ = 0;  // of the first's floating-point leaves that can be compared
    std::uint64_t total_ = 0;
    std::uint64_t done_ = 0;
};

}  // namespace
}  // namespace detail

std::string_view change_name(LeafChange change) noexcept {
    constexpr std::string_view kNames[] = {"same", "changed", "added", "removed", "retyped"};
    return kNames[static_cast<std::size_t>(change)];
}

DiffReport diff(const Store& a, const CheckpointInfo& first, const Store& b,
                const CheckpointInfo& second, const DiffOptions& options) {
    const auto of_a = detail::StoreAccess::impl(a).readers.lease();
    const auto of_b = detail::StoreAccess::impl(b).readers.lease();
    const db::ReadTransaction snapshot_a(*of_a);
    const db::ReadTransaction snapshot_b(*of_b);
    const detail::Side before(*of_a, first);
    const detail::Side after(*of_b, second);
    return detail::Differ(before, after, options).run();
}

}  // namespace ckptlite
