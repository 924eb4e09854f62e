// SPDX-License-Identifier: MIT
#include <algorithm>
#include <iostream>
#include <memory>
#include <utility>

#include "ckptlite/error.hpp"
#include "cli/checkpoint_argument.hpp"
#include "cli/checkpoint_json.hpp"
#include "cli/command.hpp"
#include "cli/freed_space.hpp"
#include "cli/open_store.hpp"
#include "cli/output.hpp"
#include "cli/policy_arguments.hpp"

namespace ckptlite::cli {
namespace {

struct PruneArguments : CommonArguments {
    CheckpointFilter filter{};
    PolicyArguments policy{};
    bool dry_run = false;
};

/// What retention did, or would do, to the checkpoints of a run and prefix.
struct SeriesPlan {
    std::string run{};
    std::string prefix{};
    std::vector<RetentionDecision> decisions{};
};

/// Run and prefix of each, in the file's order of runs.
std::vector<SeriesPlan> all_series(const Store& store, const CheckpointFilter& filter) {
    std::vector<SeriesPlan> found;
    for (const CheckpointInfo& checkpoint : store.checkpoints(filter)) {
        const bool known = std::any_of(found.begin(), found.end(), [&](const SeriesPlan& series) {
            return series.run == checkpoint.run && series.prefix == checkpoint.prefix;
        });
        if (!known) found.push_back({checkpoint.run, checkpoint.prefix, {}});
    }
    return found;
}

std::size_t count_deleted(const std::vector<SeriesPlan>& plans) {
    std::size_t n = 0;
    for (const SeriesPlan& plan : plans) {
        n += static_cast<std::size_t>(std::count_if(plan.decisions.begin(), plan.decisions.end(),
                                                    [](const auto& row) { return !row.keep; }));
    }
    return n;
}

void print_table(const std::vector<SeriesPlan>& plans, bool dry_run) {
    Table table(
        {{"run"}, {"prefix"}, {"step", Align::right}, {dry_run ? "would be" : "was"}, {"why"}});
    for (const SeriesPlan& plan : plans) {
        for (const RetentionDecision& row : plan.decisions) {
            table.add({plan.run, plan.prefix, std::to_string(row.step),
                       row.keep ? "kept" : "deleted", row.reason});
        }
    }
    table.print(std::cout);
}

Json plans_json(const std::vector<SeriesPlan>& plans) {
    Json out = Json::array();
    for (const SeriesPlan& plan : plans) {
        for (const RetentionDecision& row : plan.decisions) {
            out.push_back(Json{{"id", row.id},
                               {"run", plan.run},
                               {"prefix", plan.prefix},
                               {"step", row.step},
                               {"keep", row.keep},
                               {"reason", row.reason}});
        }
    }
    return out;
}

/// A misspelt metric, or one that another run reports, would delete everything. Throws NotFound if
/// no checkpoint reports the metric of a rule, InvalidArgument if one of the series would be empty.
void check_metrics(const Store& store, const RetentionPolicy& policy,
                   const CheckpointFilter& filter, const std::vector<SeriesPlan>& all) {
    if (policy.best.empty()) return;
    for (const KeepBest& rule : policy.best) {
        static_cast<void>(
            store.find({.kind = Selector::Kind::lowest, .metric = rule.metric}, filter));
    }
    for (const SeriesPlan& series : all) {
        const auto rows = store.plan(policy, series.run, series.prefix);
        if (std::any_of(rows.begin(), rows.end(), [](const auto& row) { return row.keep; })) {
            continue;
        }
        throw InvalidArgument("of prefix '" + series.prefix +
                                  "' no checkpoint would stay, since none has a number for the "
                                  "metric: choose others with --run and --prefix, or add a rule "
                                  "such as --keep-last 1",
                              {.file = store.file().string(), .run = series.run});
    }
}

/// Each series in a transaction of its own.
void carry_out(Store& store, const RetentionPolicy& policy, bool dry_run,
               std::vector<SeriesPlan>& plans) {
    for (SeriesPlan& plan : plans) {
        plan.decisions = dry_run ? store.plan(policy, plan.run, plan.prefix)
                                 : store.retain(policy, plan.run, plan.prefix);
    }
}

ExitCode prune(const PruneArguments& arguments) {
    const RetentionPolicy policy = arguments.policy.policy();
    Store store = arguments.dry_run ? open_store(arguments) : open_for_writing(arguments);
    static_cast<void>(store.find("latest", arguments.filter));  // says what there is
    auto plans = all_series(store, arguments.filter);
    check_metrics(store, policy, arguments.filter, plans);
    const FreedSpace freed(store);
    carry_out(store, policy, arguments.dry_run, plans);
    const std::size_t n_deleted = count_deleted(plans);
    const std::uint64_t nbytes = arguments.dry_run ? 0 : freed.nbytes();
    store.close();
    if (arguments.json) {
        print_json(std::cout, Json{{"dry_run", arguments.dry_run},
                                   {"deleted", n_deleted},
                                   {"freed_nbytes", nbytes},
                                   {"checkpoints", plans_json(plans)}});
        return ExitCode::ok;
    }
    print_table(plans, arguments.dry_run);
    if (!arguments.dry_run) print_freed(n_deleted, nbytes);
    return ExitCode::ok;
}

Action declare(CLI::App& app) {
    // Shared because the parser writes to it now and the copyable Action reads it later.
    const auto arguments = std::make_shared<PruneArguments>();
    arguments->declare_in(app);
    arguments->policy.declare_in(app);
    declare_filter_in(app, arguments->filter);
    app.add_flag("--dry-run", arguments->dry_run, "Only say what would be deleted, and why");
    return [arguments] { return prune(*arguments); };
}

}  // namespace

const Command kPrune{
    .name = "prune",
    .summary = "Delete checkpoints that no rule keeps",
    .usage =
        "FILE (--keep-last N|--keep-lowest G/M[:N]|--keep-highest G/M[:N]|"
        "--keep-every N|--keep-within T|--keep-size S)... [--run R] "
        "[--prefix P] [--dry-run] [--json]",
    .example = "ckptlite prune run.db --keep-last 3 --keep-lowest eval/loss --dry-run",
    .declare = declare};

}  // namespace ckptlite::cli
