// SPDX-License-Identifier: MIT
#include <algorithm>
#include <iostream>
#include <memory>

#include "cli/checkpoint_json.hpp"
#include "cli/command.hpp"
#include "cli/open_store.hpp"
#include "cli/output.hpp"
#include "cli/progress_bar.hpp"

namespace ckptlite::cli {
namespace {

void print_plan(const CommonArguments& arguments, const CompactPlan& plan) {
    std::cerr << "ckptlite: " << printable(arguments.file) << ": " << size_text(plan.nbytes)
              << ", of which about " << size_text(plan.reclaimable())
              << " can be given back; that takes at most " << size_text(plan.needed_nbytes)
              << " of disk space meanwhile\n";
}

ExitCode compact(const CommonArguments& arguments) {
    Store store = open_for_writing(arguments);
    const CompactPlan plan = store.plan_compact();
    print_plan(arguments, plan);
    CompactReport report;
    {
        ProgressBar bar("compacting");
        report = store.compact(bar.callback());
    }
    store.close();
    const std::uint64_t less =
        report.nbytes_before - std::min(report.nbytes_before, report.nbytes_after);
    if (arguments.json) {
        print_json(std::cout, Json{{"nbytes_before", report.nbytes_before},
                                   {"nbytes_after", report.nbytes_after},
                                   {"garbage_nbytes", report.garbage_nbytes},
                                   {"free_nbytes", report.free_nbytes},
                                   {"planned_nbytes", plan.reclaimable()},
                                   {"needed_nbytes", plan.needed_nbytes}});
        return ExitCode::ok;
    }
    std::cout << size_text(report.nbytes_before) << " before, " << size_text(report.nbytes_after)
              << " now: " << size_text(less) << " given back\n";
    if (report.free_nbytes > 0) {
        std::cout << size_text(report.free_nbytes) << " became free meanwhile\n";
    }
    return ExitCode::ok;
}

Action declare(CLI::App& app) {
    // Shared because the parser writes to it now and the copyable Action reads it later.
    const auto arguments = std::make_shared<CommonArguments>();
    arguments->declare_in(app);
    return [arguments] { return compact(*arguments); };
}

}  // namespace

const Command kCompact{.name = "compact",
                       .summary = "Give the space of deleted checkpoints back to the file system",
                       .usage = "FILE [--json]",
                       .example = "ckptlite compact run.db",
                       .declare = declare};

}  // namespace ckptlite::cli
