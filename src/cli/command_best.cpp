// SPDX-License-Identifier: MIT
#include <cstddef>
#include <iostream>
#include <memory>

#include "cli/checkpoint_argument.hpp"
#include "cli/checkpoint_json.hpp"
#include "cli/command.hpp"
#include "cli/number_argument.hpp"
#include "cli/open_store.hpp"
#include "cli/output.hpp"

namespace ckptlite::cli {
namespace {

struct BestArguments : CommonArguments {
    std::string metric{};
    bool lowest = false;
    bool highest = false;
    std::size_t n = 1;
    CheckpointFilter filter{};
};

double value_of(const CheckpointInfo& checkpoint, const MetricName& metric) {
    return checkpoint.metrics.at(metric.group).at(metric.label);
}

void print_ranking(const std::vector<CheckpointInfo>& found, const MetricName& metric) {
    Table table({{metric.text(), Align::right},
                 {"run"},
                 {"prefix"},
                 {"step", Align::right},
                 {"version", Align::right},
                 {"created"},
                 {"metrics"}});
    for (const CheckpointInfo& checkpoint : found) {
        table.add({number_text(value_of(checkpoint, metric)), checkpoint.run, checkpoint.prefix,
                   std::to_string(checkpoint.step), std::to_string(checkpoint.version),
                   checkpoint.created_at, metrics_text(checkpoint.metrics)});
    }
    table.print(std::cout);
}

Json ranking_json(const std::vector<CheckpointInfo>& found, const MetricName& metric) {
    Json out = Json::array();
    for (const CheckpointInfo& checkpoint : found) {
        Json& row = out.emplace_back(checkpoint_json(checkpoint));
        row["value"] = number_json(value_of(checkpoint, metric));
    }
    return out;
}

ExitCode rank(const BestArguments& arguments) {
    if (!arguments.lowest && !arguments.highest) {
        throw CLI::RequiredError("--lowest or --highest");
    }
    const MetricName metric = MetricName::parse(arguments.metric);
    const Best best = arguments.lowest ? Best::lowest : Best::highest;
    const Store store = open_store(arguments);
    // Says what there is if there is no such run or metric.
    static_cast<void>(
        store.find((arguments.lowest ? "lowest:" : "highest:") + metric.text(), arguments.filter));
    const auto found = store.best(metric, best, arguments.n, arguments.filter);
    if (arguments.json) {
        print_json(std::cout, ranking_json(found, metric));
    } else {
        print_ranking(found, metric);
    }
    return ExitCode::ok;
}

Action declare(CLI::App& app) {
    // Shared because the parser writes to it now and the copyable Action reads it later.
    const auto arguments = std::make_shared<BestArguments>();
    arguments->declare_in(app);
    arguments->declare_untrusted_in(app);
    app.add_option("GROUP/METRIC", arguments->metric, "Such as eval/loss")->required();
    CLI::Option* const lowest = app.add_flag("--lowest", arguments->lowest, "Lower is better");
    app.add_flag("--highest", arguments->highest, "Higher is better")->excludes(lowest);
    app.add_option("-n", arguments->n, "How many, the best first (1)")->check(at_least(1));
    declare_filter_in(app, arguments->filter);
    return [arguments] { return rank(*arguments); };
}

}  // namespace

const Command kBest{
    .name = "best",
    .summary = "Find the checkpoint with the lowest or highest value of a metric",
    .usage = "FILE GROUP/METRIC (--lowest|--highest) [-n K] [--run R] [--prefix P] [--json]",
    .example = "ckptlite best run.db eval/loss --lowest",
    .declare = declare};

}  // namespace ckptlite::cli
