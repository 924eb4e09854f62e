// SPDX-License-Identifier: MIT
#include "cli/report_data.hpp"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <map>
#include <set>
#include <system_error>
#include <utility>

#include "cli/read_series.hpp"
#include "cli/time_text.hpp"

namespace ckptlite::cli {

std::size_t style_of_run(const std::vector<RunInfo>& runs, const std::string& name) {
    const auto found = std::find_if(runs.begin(), runs.end(),
                                    [&](const RunInfo& run) { return run.name == name; });
    return static_cast<std::size_t>(found - runs.begin());
}

namespace {

std::vector<MetricCurves> read_curves(const Store& store, const std::vector<RunInfo>& runs) {
    std::map<MetricName, std::vector<std::string>> runs_of;
    for (const RunInfo& run : runs) {
        for (const MetricName& metric : store.metric_names(run.name)) {
            runs_of[metric].push_back(run.name);
        }
    }
    std::vector<MetricCurves> curves;
    for (const auto& [metric, names] : runs_of) {
        MetricCurves& of = curves.emplace_back();
        of.metric = metric;
        of.runs_left_out = names.size() - std::min(names.size(), kMostRuns);
        for (std::size_t i = of.runs_left_out; i < names.size(); ++i) {
            of.series.push_back(series_of(store.history(metric, names[i]), metric, names[i]));
            of.series.back().style = style_of_run(runs, names[i]);
        }
    }
    return curves;
}

std::vector<BestCheckpoints> read_best(const Store& store,
                                       const std::vector<CheckpointInfo>& checkpoints) {
    std::set<MetricName> metrics;
    for (const CheckpointInfo& checkpoint : checkpoints) {
        for (const auto& [group, values] : checkpoint.metrics) {
            for (const auto& [label, value] : values) metrics.insert({group, label});
        }
    }
    const auto first = [&](const MetricName& metric, Best best) -> std::optional<CheckpointInfo> {
        auto found = store.best(metric, best);
        if (found.empty()) return std::nullopt;
        return std::move(found.front());
    };
    std::vector<BestCheckpoints> all;
    for (const MetricName& metric : metrics) {
        all.push_back({metric, first(metric, Best::lowest), first(metric, Best::highest)});
    }
    return all;
}

/// Of each tree one checkpoint, in the order of runs and steps.
std::vector<CheckpointInfo> one_per_tree(const std::vector<CheckpointInfo>& checkpoints,
                                         const std::vector<RunInfo>& runs) {
    std::vector<CheckpointInfo> found;
    for (const RunInfo& run : runs) {
        std::set<std::int64_t> seen;
        const std::size_t first = found.size();
        for (const CheckpointInfo& checkpoint : checkpoints) {
            if (checkpoint.run == run.name && seen.insert(checkpoint.tree_id).second)
                found.push_back(checkpoint);
        }
        std::reverse(found.begin() + static_cast<std::ptrdiff_t>(first), found.end());
    }
    return found;
}

std::vector<CheckpointInfo> sample_of(std::vector<CheckpointInfo> all) {
    if (all.size() <= kMostTrees) return all;
    std::vector<CheckpointInfo> sample;
    for (std::size_t i = 0; i < kMostTrees; ++i) {
        sample.push_back(all[i * (all.size() - 1) / (kMostTrees - 1)]);
    }
    return sample;
}

}  // namespace

ReportData read_report(const Store& store) {
    ReportData data;
    data.file = store.file().filename().string();
    std::error_code unknown;
    const auto nbytes = std::filesystem::file_size(store.file(), unknown);
    data.file_nbytes = unknown ? 0 : nbytes;
    data.made_at = utc_text(std::chrono::system_clock::now());
    data.runs = store.runs();
    data.checkpoints = store.checkpoints();
    data.curves = read_curves(store, data.runs);
    data.best = read_best(store, data.checkpoints);
    data.non_finite = store.non_finite();
    const std::vector<CheckpointInfo> trees = one_per_tree(data.checkpoints, data.runs);
    data.n_trees = trees.size();
    for (CheckpointInfo& checkpoint : sample_of(trees)) {
        auto leaves = store.leaves(checkpoint);
        data.trees.push_back({std::move(checkpoint), std::move(leaves)});
    }
    return data;
}

}  // namespace ckptlite::cli
