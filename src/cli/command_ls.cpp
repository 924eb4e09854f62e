// SPDX-License-Identifier: MIT
#include <algorithm>
#include <iostream>
#include <memory>

#include "cli/checkpoint_json.hpp"
#include "cli/command.hpp"
#include "cli/open_store.hpp"
#include "cli/output.hpp"

namespace ckptlite::cli {
namespace {

/// Runs in the file's order; within each, the highest step first.
std::vector<CheckpointInfo> by_run(std::vector<CheckpointInfo> checkpoints,
                                   const std::vector<RunInfo>& runs) {
    const auto position = [&](const CheckpointInfo& checkpoint) {
        return std::find_if(runs.begin(), runs.end(),
                            [&](const RunInfo& run) { return run.name == checkpoint.run; });
    };
    std::stable_sort(checkpoints.begin(), checkpoints.end(),
                     [&](const auto& a, const auto& b) { return position(a) < position(b); });
    return checkpoints;
}

std::string tags_text(const std::vector<std::string>& tags) {
    std::string text;
    for (const std::string& tag : tags) text += (text.empty() ? "" : ", ") + tag;
    return text;
}

void print_table(const std::vector<CheckpointInfo>& checkpoints) {
    Table table({{"run"},
                 {"prefix"},
                 {"step", Align::right},
                 {"version", Align::right},
                 {"leaves", Align::right},
                 {"size", Align::right},
                 {"stored", Align::right},
                 {"created"},
                 {"pinned"},
                 {"tags"},
                 {"metrics"}});
    for (const CheckpointInfo& checkpoint : checkpoints) {
        table.add({checkpoint.run, checkpoint.prefix, std::to_string(checkpoint.step),
                   std::to_string(checkpoint.version), std::to_string(checkpoint.n_leaves),
                   size_text(checkpoint.nbytes), size_text(checkpoint.stored_nbytes),
                   checkpoint.created_at, checkpoint.pinned ? "yes" : "",
                   tags_text(checkpoint.tags), metrics_text(checkpoint.metrics)});
    }
    table.print(std::cout);
}

ExitCode list(const CommonArguments& arguments) {
    const Store store = open_store(arguments);
    // In this order: a run that begins meanwhile is then known.
    std::vector<CheckpointInfo> found = store.checkpoints();
    const std::vector<RunInfo> runs = store.runs();
    const auto checkpoints = by_run(std::move(found), runs);
    if (arguments.json) {
        Json out{{"runs", Json::array()}, {"checkpoints", Json::array()}};
        for (const auto& run : runs) out["runs"].push_back(run_json(run));
        for (const auto& row : checkpoints) out["checkpoints"].push_back(checkpoint_json(row));
        print_json(std::cout, out);
        return ExitCode::ok;
    }
    if (checkpoints.empty()) std::cerr << "ckptlite: the file holds no checkpoints\n";
    print_table(checkpoints);
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

const Command kLs{.name = "ls",
                  .summary = "List the checkpoints of a file",
                  .usage = "FILE [--json]",
                  .example = "ckptlite ls run.db",
                  .declare = declare};

}  // namespace ckptlite::cli
