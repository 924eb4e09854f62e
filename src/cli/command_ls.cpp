// SPDX-License-Identifier: MIT
#include <iostream>
#include <memory>
#include <unordered_map>

#include "cli/checkpoint_json.hpp"
#include "cli/command.hpp"
#include "cli/open_store.hpp"
#include "cli/output.hpp"

namespace ckptlite::cli {
namespace {

using Rows = std::vector<const CheckpointInfo*>;

/// Runs in the file's order; within each, the highest step first, which is how they come.
Rows by_run(const std::vector<CheckpointInfo>& checkpoints, const std::vector<RunInfo>& runs) {
    std::unordered_map<std::string, Rows> of_run;
    for (const auto& checkpoint : checkpoints) of_run[checkpoint.run].push_back(&checkpoint);
    Rows rows;
    for (const RunInfo& run : runs) {
        const Rows& more = of_run[run.name];
        rows.insert(rows.end(), more.begin(), more.end());
    }
    return rows;
}

void print_table(const Rows& rows) {
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
    for (const CheckpointInfo* const row : rows) {
        const CheckpointInfo& checkpoint = *row;
        table.add({checkpoint.run, checkpoint.prefix, std::to_string(checkpoint.step),
                   std::to_string(checkpoint.version), std::to_string(checkpoint.n_leaves),
                   size_text(checkpoint.nbytes), size_text(checkpoint.stored_nbytes),
                   checkpoint.created_at, checkpoint.pinned ? "yes" : "", joined(checkpoint.tags),
                   metrics_text(checkpoint.metrics)});
    }
    table.print(std::cout);
}

/// One at a time: as one value, a hundred thousand checkpoints would take a gigabyte.
void print_rows_json(const std::vector<RunInfo>& runs, const Rows& rows) {
    JsonRows out(std::cout);
    out.begin("runs");
    for (const RunInfo& run : runs) out.add(run_json(run));
    out.begin("checkpoints");
    for (const CheckpointInfo* const row : rows) out.add(checkpoint_json(*row));
    out.end();
}

ExitCode list(const CommonArguments& arguments) {
    const Store store = open_store(arguments);
    // In this order: a run that begins meanwhile is then known.
    const std::vector<CheckpointInfo> checkpoints = store.checkpoints();
    const std::vector<RunInfo> runs = store.runs();
    const Rows rows = by_run(checkpoints, runs);
    if (arguments.json) {
        print_rows_json(runs, rows);
        return ExitCode::ok;
    }
    if (rows.empty()) std::cerr << "ckptlite: the file holds no checkpoints\n";
    print_table(rows);
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
