// SPDX-License-Identifier: MIT
#include <iostream>
#include <memory>

#include "cli/checkpoint_argument.hpp"
#include "cli/checkpoint_json.hpp"
#include "cli/command.hpp"
#include "cli/open_store.hpp"
#include "cli/output.hpp"

namespace ckptlite::cli {
namespace {

struct NanArguments : CommonArguments {
    CheckpointFilter filter{};
};

void print_tables(const NonFinite& found) {
    Table leaves({{"run"},
                  {"first step", Align::right},
                  {"leaf"},
                  {"nan", Align::right},
                  {"inf", Align::right},
                  {"prefix"}});
    for (const NonFiniteLeaf& leaf : found.leaves) {
        leaves.add({leaf.run, std::to_string(leaf.step), leaf.path, std::to_string(leaf.nan_count),
                    std::to_string(leaf.inf_count), leaf.prefix});
    }
    Table metrics({{"run"}, {"first step", Align::right}, {"metric"}, {"value"}});
    for (const NonFiniteMetric& metric : found.metrics) {
        metrics.add({metric.run, std::to_string(metric.step), metric.metric.text(),
                     number_text(metric.value)});
    }
    if (!found.leaves.empty()) leaves.print(std::cout);
    if (!found.leaves.empty() && !found.metrics.empty()) std::cout << '\n';
    if (!found.metrics.empty()) metrics.print(std::cout);
}

Json found_json(const NonFinite& found) {
    Json out{{"leaves", Json::array()}, {"metrics", Json::array()}};
    for (const NonFiniteLeaf& leaf : found.leaves) {
        out["leaves"].push_back(Json{{"run", leaf.run},
                                     {"prefix", leaf.prefix},
                                     {"step", leaf.step},
                                     {"path", leaf.path},
                                     {"nan_count", leaf.nan_count},
                                     {"inf_count", leaf.inf_count}});
    }
    for (const NonFiniteMetric& metric : found.metrics) {
        out["metrics"].push_back(Json{{"run", metric.run},
                                      {"metric", metric.metric.text()},
                                      {"step", metric.step},
                                      {"value", number_json(metric.value)}});
    }
    return out;
}

ExitCode find_non_finite(const NanArguments& arguments) {
    const Store store = open_store(arguments);
    if (arguments.filter.run) require_run(store, *arguments.filter.run);
    // Says which prefixes there are. A run may have metrics alone.
    if (arguments.filter.prefix) static_cast<void>(store.find("latest", arguments.filter));
    const NonFinite found = store.non_finite(arguments.filter);
    if (arguments.json) {
        print_json(std::cout, found_json(found));
        return ExitCode::ok;
    }
    if (found.leaves.empty() && found.metrics.empty()) {
        std::cerr << "ckptlite: all stored leaves and all metrics are finite\n";
    }
    print_tables(found);
    return ExitCode::ok;
}

Action declare(CLI::App& app) {
    // Shared because the parser writes to it now and the copyable Action reads it later.
    const auto arguments = std::make_shared<NanArguments>();
    arguments->declare_in(app);
    arguments->declare_untrusted_in(app);
    declare_filter_in(app, arguments->filter);
    return [arguments] { return find_non_finite(*arguments); };
}

}  // namespace

const Command kNan{.name = "nan",
                   .summary = "Find where NaN or infinity first appeared, in leaves and metrics",
                   .usage = "FILE [--run R] [--prefix P] [--json]",
                   .example = "ckptlite nan run.db --run big-model",
                   .declare = declare};

}  // namespace ckptlite::cli
