// SPDX-License-Identifier: MIT
#include "cli/read_series.hpp"

#include <algorithm>
#include <charconv>
#include <iostream>
#include <string_view>

#include "ckptlite/error.hpp"
#include "cli/metric_history.hpp"
#include "cli/output.hpp"

namespace ckptlite::cli {
namespace {

[[noreturn]] void refuse_range(const std::string& range) {
    throw InvalidArgument("--steps takes FROM:TO, such as 100:200, 100: or :200, not '" + range +
                          "'");
}

std::optional<std::int64_t> parse_step(std::string_view text, const std::string& range) {
    if (text.empty()) return std::nullopt;
    std::int64_t step = 0;
    const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), step);
    if (error != std::errc{} || stop != text.data() + text.size()) refuse_range(range);
    return step;
}

/// Of the histories of one metric, those of the runs that were made last.
void keep_last(std::vector<MetricHistory>& histories, const MetricName& metric) {
    const auto of_metric = [&](const MetricHistory& of) { return of.metric == metric; };
    const auto n =
        static_cast<std::size_t>(std::count_if(histories.begin(), histories.end(), of_metric));
    if (n <= kMostRuns) return;
    std::cerr << "ckptlite: " << n << " runs have " << printable(metric.text())
              << "; these are the last " << kMostRuns << "; choose with --run\n";
    std::size_t over = n - kMostRuns;
    std::erase_if(histories,
                  [&](const MetricHistory& of) { return of_metric(of) && over > 0 && over-- > 0; });
}

void say_what_is_missing(const std::vector<MetricHistory>& histories, const MetricName& metric,
                         const std::vector<std::string>& runs) {
    for (const std::string& run : runs) {
        const auto found = std::find_if(histories.begin(), histories.end(), [&](const auto& of) {
            return of.run == run && of.metric == metric;
        });
        if (found != histories.end()) continue;
        std::cerr << "ckptlite: no value of " << printable(metric.text())
                  << " was reported in the run '" << printable(run) << "'\n";
    }
}

}  // namespace

StepRange StepRange::parse(const std::string& text) {
    const std::size_t colon = text.find(':');
    const std::string_view whole = text;
    if (colon == std::string::npos) refuse_range(text);
    const StepRange range{parse_step(whole.substr(0, colon), text),
                          parse_step(whole.substr(colon + 1), text)};
    if (range.from && range.to && *range.from > *range.to) refuse_range(text);
    return range;
}

bool StepRange::contains(std::int64_t step) const {
    return (!from || step >= *from) && (!to || step <= *to);
}

Series series_of(const std::vector<MetricPoint>& points, const MetricName& metric,
                 const std::string& run, const StepRange& steps) {
    Series series{.metric = metric, .run = run};
    for (const MetricPoint& point : points) {
        if (steps.contains(point.step)) series.points.push_back({point.step, point.value});
    }
    return series;
}

std::vector<Series> read_series(const Store& store, const std::vector<MetricName>& metrics,
                                const std::vector<std::string>& runs, const StepRange& steps) {
    std::vector<MetricHistory> histories = histories_of(store, metrics, runs);
    std::vector<Series> found;
    for (const MetricName& metric : metrics) {
        if (runs.empty()) keep_last(histories, metric);
        say_what_is_missing(histories, metric, runs);
        for (const MetricHistory& of : histories) {
            if (of.metric == metric) found.push_back(series_of(of.points, metric, of.run, steps));
        }
    }
    return found;
}

}  // namespace ckptlite::cli
