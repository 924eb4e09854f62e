// SPDX-License-Identifier: MIT
#include <algorithm>
#include <iostream>
#include <memory>
#include <utility>

#include "cli/chart.hpp"
#include "cli/checkpoint_json.hpp"
#include "cli/command.hpp"
#include "cli/metric_history.hpp"
#include "cli/number_argument.hpp"
#include "cli/open_store.hpp"
#include "cli/output.hpp"
#include "cli/output_file.hpp"
#include "cli/read_series.hpp"
#include "cli/svg_chart.hpp"
#include "cli/terminal.hpp"
#include "cli/terminal_chart.hpp"

namespace ckptlite::cli {
namespace {

struct PlotArguments : CommonArguments {
    std::vector<std::string> metrics{};
    std::vector<std::string> runs{};
    std::string out{};
    std::string steps = ":";
    bool log = false;
    bool force = false;
    std::size_t smooth = 0;
    std::size_t width = 0;  ///< 0: whatever fits
    std::size_t height = 0;
};

std::vector<Series> selected_series(const PlotArguments& arguments) {
    const std::vector<MetricName> metrics = parse_metrics(arguments.metrics);
    const StepRange steps = StepRange::parse(arguments.steps);
    const Store store = open_store(arguments);
    std::vector<Series> found = read_series(store, metrics, arguments.runs, steps);
    if (std::all_of(found.begin(), found.end(), [](const auto& of) { return of.points.empty(); })) {
        throw NotFound("there is no value in the steps " + arguments.steps,
                       {.file = store.file().string()});
    }
    return found;
}

void say_what_is_left_out(const Chart& chart) {
    if (chart.y.scale() == Scale::linear) return;
    for (const Curve& curve : chart.curves) {
        const Occurrences left = not_positive(curve.points);
        if (left.count == 0) continue;
        std::cerr << "ckptlite: "
                  << printable((curve.name.empty() ? chart.title : curve.name) + ": " +
                               counted(left.count, "value is", "values are"))
                  << " not positive and left out of the log scale, the first at step "
                  << left.first_step << '\n';
    }
}

Json series_json(const Series& series, const std::vector<Point>& smooth) {
    Json out{{"metric", series.metric.text()},
             {"run", series.run},
             {"steps", Json::array()},
             {"values", Json::array()},
             {"smoothed", smooth.empty() ? Json(nullptr) : Json::array()}};
    for (const Point& point : series.points) {
        out["steps"].push_back(point.step);
        out["values"].push_back(number_json(point.value));
    }
    for (const Point& point : smooth) out["smoothed"].push_back(number_json(point.value));
    return out;
}

Json plot_json(const PlotArguments& arguments, const std::vector<Series>& series,
               const Chart& chart) {
    Json out{{"log", arguments.log},
             {"smooth", chart.smooth},
             {"out", arguments.out.empty() ? Json(nullptr) : Json(arguments.out)},
             {"series", Json::array()}};
    for (std::size_t i = 0; i < series.size(); ++i) {
        out["series"].push_back(series_json(series[i], chart.curves[i].smooth));
    }
    return out;
}

void write_svg(const PlotArguments& arguments, const Chart& chart) {
    SvgFileOptions options;
    if (arguments.width > 0) options.width = arguments.width;
    if (arguments.height > 0) options.height = arguments.height;
    write_output(arguments.out, svg_file(chart, options), arguments.force);
    if (!arguments.json && arguments.out != "-") std::cout << printable(arguments.out) << '\n';
}

void draw(const PlotArguments& arguments, const Chart& chart) {
    TerminalChartOptions options{.colours = terminal_has_colours()};
    options.width =
        arguments.width > 0 ? arguments.width : std::max<std::size_t>(terminal_width(), 30);
    if (arguments.height > 0) options.height = arguments.height;
    std::cout << terminal_chart(chart, options);
}

/// A terminal's columns and lines are fewer than a picture's pixels.
void check_size(const PlotArguments& arguments) {
    const bool svg = !arguments.out.empty();
    const auto check = [](const char* name, std::size_t size, std::size_t least, std::size_t most) {
        if (size == 0 || (size >= least && size <= most)) return;
        throw CLI::ValidationError(
            name, "takes " + std::to_string(least) + " to " + std::to_string(most));
    };
    check("--width", arguments.width, svg ? 320 : 30, svg ? 10000 : 1000);
    check("--height", arguments.height, svg ? 80 : 4, svg ? 10000 : 1000);
}

ExitCode plot(const PlotArguments& arguments) {
    if (arguments.json && arguments.out == "-") {
        throw CLI::ValidationError("--json", "and -o - both mean stdout");
    }
    check_size(arguments);
    if (!arguments.out.empty()) require_new(arguments.out, arguments.force);
    std::vector<Series> series = selected_series(arguments);
    const Chart chart =
        chart_of(series, {.scale = arguments.log ? Scale::logarithmic : Scale::linear,
                          .smooth = arguments.smooth,
                          .raw_behind = !arguments.out.empty()});
    say_what_is_left_out(chart);
    if (!arguments.out.empty()) write_svg(arguments, chart);
    if (arguments.json) {
        print_json(std::cout, plot_json(arguments, series, chart));
    } else if (arguments.out.empty()) {
        draw(arguments, chart);
    }
    return ExitCode::ok;
}

Action declare(CLI::App& app) {
    // Shared because the parser writes to it now and the copyable Action reads it later.
    const auto arguments = std::make_shared<PlotArguments>();
    arguments->declare_in(app);
    arguments->declare_untrusted_in(app);
    app.add_option("GROUP/METRIC", arguments->metrics, "Such as eval/loss; several share the axes")
        ->required();
    declare_runs_in(app, arguments->runs);
    app.add_option("-o", arguments->out, "Write an SVG instead; - is stdout");
    app.add_flag("--force", arguments->force, "Replace what -o names");
    app.add_flag("--log", arguments->log, "Logarithmic scale");
    app.add_option("--smooth", arguments->smooth, "Moving average over about N points (0: none)")
        ->check(at_least(0));
    app.add_option("--steps", arguments->steps, "FROM:TO, both included; either may be left out");
    app.add_option("--width", arguments->width, "Columns, or pixels of an SVG (800)");
    app.add_option("--height", arguments->height,
                   "Of the curves: lines (16), or pixels of an SVG (320)");
    return [arguments] { return plot(*arguments); };
}

}  // namespace

const Command kPlot{.name = "plot",
                    .summary = "Draw metrics as curves, in the terminal or as an SVG",
                    .usage =
                        "FILE GROUP/METRIC... [--run R]... [-o OUT.svg [--force]] [--log] "
                        "[--smooth N] [--steps FROM:TO] [--width W] [--height H] [--json]",
                    .example = "ckptlite plot run.db train/loss eval/loss --log",
                    .declare = declare};

}  // namespace ckptlite::cli
