// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cmath>
#include <iostream>
#include <map>
#include <memory>
#include <tuple>

#include "ckptlite/error.hpp"
#include "cli/checkpoint_argument.hpp"
#include "cli/checkpoint_json.hpp"
#include "cli/command.hpp"
#include "cli/open_store.hpp"
#include "cli/output.hpp"

namespace ckptlite::cli {
namespace {

struct StatsArguments : CommonArguments {
    CheckpointArgument checkpoint{};
    std::optional<std::string> pattern{};
    bool over_steps = false;
};

/// One leaf in one checkpoint.
struct Row {
    CheckpointInfo checkpoint{};
    LeafInfo leaf{};
};

std::uint64_t elements_of(const LeafInfo& leaf) {
    if (leaf.kind == "string" || leaf.kind == "bytes") return 0;
    return leaf.dtype ? leaf.nbytes / itemsize(*leaf.dtype) : 1;
}

/// Of the finite elements, from their number, norm and mean; for numbers that have an order.
/// Nothing if it is not known: where all elements lie close together and far from 0, two sums are
/// subtracted that are nearly equal.
std::optional<double> deviation_of(const LeafInfo& leaf) {
    const LeafStatistics& of = leaf.statistics;
    const std::uint64_t not_finite = of.nan_count + of.inf_count;
    const std::uint64_t n = elements_of(leaf);
    if (!of.mean || !of.norm || n <= not_finite) return std::nullopt;
    if (of.min == of.max) return 0.0;
    // The sums of a million elements are rounded by some 1e-13 of their value: above this share of
    // it, three digits of the difference are right.
    constexpr double kKnownShare = 1e-10;
    const double squares = *of.norm * *of.norm / static_cast<double>(n - not_finite);
    const double variance = squares - *of.mean * *of.mean;
    return variance > kKnownShare * squares ? std::optional(std::sqrt(variance)) : std::nullopt;
}

std::vector<Row> rows_at(const Store& store, const CheckpointInfo& checkpoint,
                         const std::optional<std::string>& pattern) {
    std::vector<Row> rows;
    for (LeafInfo& leaf : leaves_of(store, checkpoint, pattern)) {
        rows.push_back({checkpoint, std::move(leaf)});
    }
    return rows;
}

/// Of all checkpoints of the series the chosen one belongs to, by leaf and then by step.
std::vector<Row> rows_over_steps(const Store& store, const CheckpointInfo& chosen,
                                 const std::optional<std::string>& pattern) {
    std::vector<Row> rows = rows_at(store, chosen, pattern);  // throws if nothing matches
    std::map<std::string, std::size_t> order;
    for (const Row& row : rows) order.emplace(row.leaf.path, order.size());
    for (const auto& checkpoint : store.checkpoints({chosen.run, chosen.prefix})) {
        if (checkpoint.id == chosen.id) continue;
        try {
            auto more = rows_at(store, checkpoint, pattern);
            std::move(more.begin(), more.end(), std::back_inserter(rows));
        } catch (const NotFound&) {
            continue;  // has no such leaf, or retention deleted it just now
        }
    }
    const auto key = [&](const Row& row) {
        const auto found = order.find(row.leaf.path);
        const std::size_t position = found == order.end() ? order.size() : found->second;
        return std::tuple(position, row.leaf.path, row.checkpoint.step);
    };
    std::sort(rows.begin(), rows.end(),
              [&](const Row& a, const Row& b) { return key(a) < key(b); });
    return rows;
}

void print_table(const std::vector<Row>& rows, bool with_step) {
    constexpr auto kRight = Align::right;
    std::vector<Column> columns = {{"path"}};
    if (with_step) columns.push_back({"step", kRight});
    for (const char* title : {"elements", "min", "max", "mean", "std", "norm", "nan", "inf"}) {
        columns.push_back({title, kRight});
    }
    Table table(std::move(columns));
    for (const Row& row : rows) {
        const LeafStatistics& of = row.leaf.statistics;
        std::vector<std::string> cells = {row.leaf.path};
        if (with_step) cells.push_back(std::to_string(row.checkpoint.step));
        for (const auto& cell :
             {std::to_string(elements_of(row.leaf)), number_text(of.min), number_text(of.max),
              number_text(of.mean), number_text(deviation_of(row.leaf)), number_text(of.norm),
              std::to_string(of.nan_count), std::to_string(of.inf_count)}) {
            cells.push_back(cell);
        }
        table.add(cells);
    }
    table.print(std::cout);
}

Json row_json(const Row& row) {
    const LeafStatistics& of = row.leaf.statistics;
    return {{"run", row.checkpoint.run},
            {"prefix", row.checkpoint.prefix},
            {"step", row.checkpoint.step},
            {"path", row.leaf.path},
            {"elements", elements_of(row.leaf)},
            {"min", number_json(of.min)},
            {"max", number_json(of.max)},
            {"mean", number_json(of.mean)},
            {"std", number_json(deviation_of(row.leaf))},
            {"norm", number_json(of.norm)},
            {"nan_count", of.nan_count},
            {"inf_count", of.inf_count}};
}

ExitCode print_statistics(const StatsArguments& arguments) {
    const Store store = open_store(arguments);
    const CheckpointInfo chosen = arguments.checkpoint.find(store);
    const std::vector<Row> rows = arguments.over_steps
                                      ? rows_over_steps(store, chosen, arguments.pattern)
                                      : rows_at(store, chosen, arguments.pattern);
    if (!arguments.json) {
        print_table(rows, arguments.over_steps);
        return ExitCode::ok;
    }
    Json out = Json::array();
    for (const Row& row : rows) out.push_back(row_json(row));
    print_json(std::cout, out);
    return ExitCode::ok;
}

Action declare(CLI::App& app) {
    // Shared because the parser writes to it now and the copyable Action reads it later.
    const auto arguments = std::make_shared<StatsArguments>();
    arguments->declare_in(app);
    arguments->declare_untrusted_in(app);
    declare_pattern_in(app, arguments->pattern);
    app.add_flag("--over-steps", arguments->over_steps,
                 "In every stored checkpoint of that run and prefix, not in one");
    arguments->checkpoint.declare_options_in(app);
    return [arguments] { return print_statistics(*arguments); };
}

}  // namespace

const Command kStats{.name = "stats",
                     .summary = "Print statistics of leaves, now or step by step",
                     .usage =
                         "FILE [PATTERN] [--over-steps] [--at SELECTOR|--step N] [--run R] "
                         "[--prefix P] [--json]",
                     .example = "ckptlite stats run.db '/model_params/**' --over-steps",
                     .declare = declare};

}  // namespace ckptlite::cli
