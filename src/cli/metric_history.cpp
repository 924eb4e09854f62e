// SPDX-License-Identifier: MIT
#include "cli/metric_history.hpp"

#include <algorithm>
#include <set>

#include "ckptlite/error.hpp"
#include "ckptlite/nearest.hpp"
#include "cli/checkpoint_argument.hpp"

namespace ckptlite::cli {
namespace {

/// In the file's order.
std::vector<std::string> wanted_runs(const Store& store, const std::vector<std::string>& runs) {
    for (const std::string& run : runs) require_run(store, run);
    std::vector<std::string> wanted;
    for (RunInfo& run : store.runs()) {
        const bool asked = std::find(runs.begin(), runs.end(), run.name) != runs.end();
        if (runs.empty() || asked) wanted.push_back(std::move(run.name));
    }
    return wanted;
}

NotFound not_reported(const Store& store, const MetricName& metric,
                      const std::vector<std::string>& runs) {
    std::set<std::string> names;
    for (const std::string& run : runs) {
        for (const MetricName& name : store.metric_names(run)) names.insert(name.text());
    }
    return NotFound("no value of " + metric.text() + " was reported; " +
                        nearest_text(metric.text(), {names.begin(), names.end()}),
                    {.file = store.file().string(), .run = runs.size() == 1 ? runs.front() : ""});
}

}  // namespace

std::vector<MetricHistory> histories_of(const Store& store, const std::vector<MetricName>& metrics,
                                        const std::vector<std::string>& runs) {
    const std::vector<std::string> wanted = wanted_runs(store, runs);
    std::vector<MetricHistory> found;
    std::set<MetricName> reported;
    for (const std::string& run : wanted) {
        for (const MetricName& metric : metrics) {
            auto points = store.history(metric, run);
            if (points.empty()) continue;
            reported.insert(metric);
            found.push_back({run, metric, std::move(points)});
        }
    }
    for (const MetricName& metric : metrics) {
        if (!reported.contains(metric)) throw not_reported(store, metric, wanted);
    }
    return found;
}

void declare_runs_in(CLI::App& app, std::vector<std::string>& runs) {
    // One value each: the word behind it may be a metric.
    app.add_option("--run", runs, "Only this run; may be repeated")->allow_extra_args(false);
}

std::vector<MetricName> parse_metrics(const std::vector<std::string>& texts) {
    std::vector<MetricName> metrics;
    for (const std::string& text : texts) {
        MetricName metric = MetricName::parse(text);
        if (std::find(metrics.begin(), metrics.end(), metric) != metrics.end()) continue;
        metrics.push_back(std::move(metric));
    }
    return metrics;
}

}  // namespace ckptlite::cli
