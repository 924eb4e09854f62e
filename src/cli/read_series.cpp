// SPDX-License-Identifier: MIT
#include "cli/read_series.hpp"

#include <algorithm>
#include <charconv>
#include <iostream>
#include <set>
#include <string_view>

#include "ckptlite/error.hpp"
#include "cli/output.hpp"
#include "cli/selection.hpp"

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

/// Those that were named, or all.
std::vector<std::string> runs_of(const Store& store, const std::vector<std::string>& named) {
    for (const std::string& run : named) require_run(store, {.run = run});
    if (!named.empty()) return named;
    std::vector<std::string> runs;
    for (const RunInfo& run : store.runs()) runs.push_back(run.name);
    return runs;
}

NotFound not_logged(const Store& store, const MetricName& metric,
                    const std::vector<std::string>& runs) {
    std::set<std::string> names;
    for (const std::string& run : runs) {
        for (const MetricName& name : store.metric_names(run)) names.insert(name.text());
    }
    const std::string where = runs.size() == 1 ? runs.front() : "";
    const ErrorContext context{.file = store.file().string(), .run = where};
    const std::string missing = "nothing was logged as " + metric.text() + "; ";
    if (names.empty()) return NotFound(missing + "nor as any other metric", context);
    return NotFound(missing + "there are: " +
                        listed(nearest_first(metric.text(), {names.begin(), names.end()})),
                    context);
}

/// The runs that have the metric; if they were named, stderr says which do not.
std::vector<std::string> runs_with(const Store& store, const MetricName& metric,
                                   const std::vector<std::string>& runs, bool named) {
    std::vector<std::string> with;
    std::vector<std::string> without;
    for (const std::string& run : runs) {
        (store.history(metric, run, 1).empty() ? without : with).push_back(run);
    }
    if (with.empty()) throw not_logged(store, metric, runs);
    if (named && !without.empty()) {
        std::cerr << "ckptlite: nothing was logged as " << printable(metric.text()) << " in "
                  << printable(listed(without)) << '\n';
    }
    return with;
}

void keep_last(std::vector<std::string>& runs, const MetricName& metric) {
    if (runs.size() <= kMostRuns) return;
    std::cerr << "ckptlite: " << runs.size() << " runs have " << printable(metric.text())
              << "; these are the last " << kMostRuns << "; choose with --run\n";
    runs.erase(runs.begin(), runs.end() - static_cast<std::ptrdiff_t>(kMostRuns));
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

Series read_series(const Store& store, const MetricName& metric, const std::string& run,
                   const StepRange& steps) {
    Series series{.metric = metric, .run = run};
    for (const MetricPoint& point : store.history(metric, run)) {
        if (steps.contains(point.step)) series.points.push_back({point.step, point.value});
    }
    return series;
}

std::vector<Series> read_series(const Store& store, const std::vector<MetricName>& metrics,
                                const std::vector<std::string>& runs, const StepRange& steps) {
    const std::vector<std::string> all = runs_of(store, runs);
    std::vector<Series> found;
    for (const MetricName& metric : metrics) {
        std::vector<std::string> with = runs_with(store, metric, all, !runs.empty());
        if (runs.empty()) keep_last(with, metric);
        for (const std::string& run : with) {
            found.push_back(read_series(store, metric, run, steps));
        }
    }
    return found;
}

}  // namespace ckptlite::cli
