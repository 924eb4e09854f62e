// SPDX-License-Identifier: MIT
#include <algorithm>
#include <iostream>
#include <map>
#include <memory>
#include <optional>

#include "ckptlite/element.hpp"
#include "cli/checkpoint_json.hpp"
#include "cli/command.hpp"
#include "cli/csv.hpp"
#include "cli/metric_history.hpp"
#include "cli/open_store.hpp"
#include "cli/output.hpp"

namespace ckptlite::cli {
namespace {

struct HistoryArguments : CommonArguments {
    std::vector<std::string> metrics{};
    std::vector<std::string> runs{};
    bool csv = false;
};

using Values = std::vector<std::optional<double>>;  // one for each metric

/// What was reported at each step of each run, in this order.
struct Grid {
    std::vector<std::string> runs{};
    std::map<std::pair<std::size_t, std::int64_t>, Values> rows{};  // by run and step
};

Grid grid_of(const std::vector<MetricHistory>& histories, const std::vector<MetricName>& metrics) {
    Grid grid;
    for (const MetricHistory& history : histories) {
        if (grid.runs.empty() || grid.runs.back() != history.run) grid.runs.push_back(history.run);
        const auto column = static_cast<std::size_t>(
            std::find(metrics.begin(), metrics.end(), history.metric) - metrics.begin());
        for (const MetricPoint& point : history.points) {
            Values& values = grid.rows[{grid.runs.size() - 1, point.step}];
            values.resize(metrics.size());
            values[column] = point.value;
        }
    }
    return grid;
}

/// Hands out run, step and the values as text.
template <typename Text, typename Print>
void for_each_row(const Grid& grid, Text text, Print print) {
    for (const auto& [key, values] : grid.rows) {
        std::vector<std::string> cells = {grid.runs[key.first], std::to_string(key.second)};
        for (const auto& value : values) cells.push_back(text(value));
        print(cells);
    }
}

void print_table(const Grid& grid, const std::vector<MetricName>& metrics) {
    std::vector<Column> columns = {{"run"}, {"step", Align::right}};
    for (const MetricName& metric : metrics) {
        columns.push_back({printable(metric.text()), Align::right});
    }
    Table table(std::move(columns));
    for_each_row(grid, number_text, [&](const auto& cells) { table.add(cells); });
    table.print(std::cout);
}

/// Every digit; nothing for a value that was not reported.
void print_csv_rows(const Grid& grid, const std::vector<MetricName>& metrics) {
    std::vector<std::string> titles = {"run", "step"};
    for (const MetricName& metric : metrics) titles.push_back(metric.text());
    print_csv(std::cout, titles);
    const auto text = [](std::optional<double> value) { return value ? element_text(*value) : ""; };
    for_each_row(grid, text, [](const auto& cells) { print_csv(std::cout, cells); });
}

Json history_json(const MetricHistory& history) {
    Json points = Json::array();
    for (const MetricPoint& point : history.points) {
        points.push_back(
            Json{{"step", point.step}, {"value", number_json(point.value)}, {"at", point.at}});
    }
    return {{"run", history.run}, {"metric", history.metric.text()}, {"points", std::move(points)}};
}

ExitCode print_history(const HistoryArguments& arguments) {
    const std::vector<MetricName> metrics = parse_metrics(arguments.metrics);
    const Store store = open_store(arguments);
    const auto histories = histories_of(store, metrics, arguments.runs);
    if (arguments.json) {
        Json out = Json::array();
        for (const MetricHistory& history : histories) out.push_back(history_json(history));
        print_json(std::cout, out);
        return ExitCode::ok;
    }
    const Grid grid = grid_of(histories, metrics);
    arguments.csv ? print_csv_rows(grid, metrics) : print_table(grid, metrics);
    return ExitCode::ok;
}

Action declare(CLI::App& app) {
    // Shared because the parser writes to it now and the copyable Action reads it later.
    const auto arguments = std::make_shared<HistoryArguments>();
    arguments->declare_in(app);
    arguments->declare_untrusted_in(app);
    app.add_option("GROUP/METRIC", arguments->metrics, "Such as train/loss; several are columns")
        ->required();
    declare_runs_in(app, arguments->runs);
    app.add_flag("--csv", arguments->csv, "Print comma-separated values, with all their digits")
        ->excludes("--json");
    return [arguments] { return print_history(*arguments); };
}

}  // namespace

const Command kHistory{.name = "history",
                       .summary = "Print the values of metrics, step by step",
                       .usage = "FILE GROUP/METRIC... [--run R]... [--csv|--json]",
                       .example = "ckptlite history run.db train/loss eval/loss --csv",
                       .declare = declare};

}  // namespace ckptlite::cli
