// SPDX-License-Identifier: MIT
#include <iostream>
#include <memory>

#include "ckptlite/selector.hpp"
#include "cli/checkpoint_json.hpp"
#include "cli/command.hpp"
#include "cli/open_store.hpp"
#include "cli/output.hpp"
#include "cli/time_text.hpp"

namespace ckptlite::cli {
namespace {

struct BestOfRun {
    MetricName metric{};
    Best best = Best::lowest;
    CheckpointInfo checkpoint{};
};

/// A run with what its checkpoints say of it.
struct RunSummary {
    RunInfo run{};
    std::size_t n_checkpoints = 0;
    std::optional<std::int64_t> first_step{};
    std::optional<std::int64_t> last_step{};
    std::optional<double> duration{};  ///< seconds until it ended, or until its last checkpoint
    std::vector<BestOfRun> best{};
};

double value_of(const BestOfRun& best) {
    return best.checkpoint.metrics.at(best.metric.group).at(best.metric.label);
}

/// By each metric whose name says which end is the good one.
std::vector<BestOfRun> best_of(const Store& store, const std::string& run) {
    std::vector<BestOfRun> found;
    for (const MetricName& metric : store.metric_names(run)) {
        const auto direction = direction_of(metric.label);
        if (!direction) continue;
        auto best = store.best(metric, *direction, 1, {.run = run});
        if (!best.empty()) found.push_back({metric, *direction, std::move(best.front())});
    }
    return found;
}

RunSummary summary_of(const Store& store, const RunInfo& run) {
    RunSummary summary{.run = run, .best = best_of(store, run.name)};
    std::string end = run.finished_at;
    for (const CheckpointInfo& checkpoint : store.checkpoints({.run = run.name})) {
        ++summary.n_checkpoints;
        if (!summary.last_step) summary.last_step = checkpoint.step;  // the highest comes first
        summary.first_step = checkpoint.step;
        if (run.finished_at.empty()) end = std::max(end, checkpoint.created_at);
    }
    summary.duration = seconds_between(run.created_at, end);
    return summary;
}

std::string best_text(const std::vector<BestOfRun>& found) {
    std::string out;
    for (const BestOfRun& best : found) {
        if (!out.empty()) out += ", ";
        out += best.metric.text() + "=" + number_text(value_of(best)) + " at " +
               std::to_string(best.checkpoint.step);
    }
    return out;
}

std::string steps_text(const RunSummary& summary) {
    if (!summary.first_step) return "-";
    const std::string first = std::to_string(*summary.first_step);
    return summary.first_step == summary.last_step
               ? first
               : first + " to " + std::to_string(*summary.last_step);
}

std::string parent_text(const RunInfo& run) {
    if (run.parent_run.empty() || !run.parent_step) return run.parent_run;
    return run.parent_run + "@" + std::to_string(*run.parent_step);
}

void print_table(const std::vector<RunSummary>& runs) {
    Table table({{"run"},
                 {"checkpoints", Align::right},
                 {"steps"},
                 {"started"},
                 {"took", Align::right},
                 {"ended"},
                 {"from"},
                 {"best"},
                 {"config"}});
    for (const RunSummary& summary : runs) {
        const RunInfo& run = summary.run;
        table.add({run.name, std::to_string(summary.n_checkpoints), steps_text(summary),
                   run.created_at, summary.duration ? duration_text(*summary.duration) : "-",
                   run.finished_at.empty() ? "no" : "yes", parent_text(run),
                   best_text(summary.best), run.config});
    }
    table.print(std::cout);
}

Json best_json(const BestOfRun& best) {
    return {{"metric", best.metric.text()},
            {"best", best.best == Best::lowest ? "lowest" : "highest"},
            {"value", number_json(value_of(best))},
            {"step", best.checkpoint.step},
            {"checkpoint_id", best.checkpoint.id}};
}

Json summary_json(const RunSummary& summary) {
    Json out = run_json(summary.run);
    out["n_checkpoints"] = summary.n_checkpoints;
    out["first_step"] = or_null(summary.first_step);
    out["last_step"] = or_null(summary.last_step);
    out["duration"] = or_null(summary.duration);
    out["best"] = Json::array();
    for (const BestOfRun& best : summary.best) out["best"].push_back(best_json(best));
    return out;
}

ExitCode list(const CommonArguments& arguments) {
    const Store store = open_store(arguments);
    std::vector<RunSummary> runs;
    for (const RunInfo& run : store.runs()) runs.push_back(summary_of(store, run));
    if (arguments.json) {
        Json out = Json::array();
        for (const RunSummary& run : runs) out.push_back(summary_json(run));
        print_json(std::cout, out);
        return ExitCode::ok;
    }
    if (runs.empty()) std::cerr << "ckptlite: the file holds no runs\n";
    print_table(runs);
    return ExitCode::ok;
}

Action declare(CLI::App& app) {
    // Shared because the parser writes to it now and the copyable Action reads it later.
    const auto arguments = std::make_shared<CommonArguments>();
    arguments->declare_in(app);
    arguments->declare_untrusted_in(app);
    return [arguments] { return list(*arguments); };
}

}  // namespace

const Command kRuns{.name = "runs",
                    .summary = "List the runs: steps, duration, where from, best checkpoints",
                    .usage = "FILE [--json]",
                    .example = "ckptlite runs run.db",
                    .declare = declare};

}  // namespace ckptlite::cli
