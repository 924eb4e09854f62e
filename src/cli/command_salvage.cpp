// SPDX-License-Identifier: MIT
#include "ckptlite/salvage.hpp"

#include <iostream>
#include <memory>

#include "ckptlite/error.hpp"
#include "cli/checkpoint_json.hpp"
#include "cli/command.hpp"
#include "cli/output.hpp"
#include "cli/progress_bar.hpp"

namespace ckptlite::cli {
namespace {

struct SalvageArguments : CommonArguments {
    std::string out{};
};

Json report_json(const SalvageReport& report) {
    Json losses = Json::array();
    for (const SalvageLoss& loss : report.losses) {
        losses.push_back(Json{{"where", loss.where}, {"what", loss.what}});
    }
    return {{"complete", report.complete()},
            {"runs", report.runs},
            {"checkpoints", report.checkpoints},
            {"metrics", report.metrics},
            {"nbytes", report.nbytes},
            {"lost_checkpoints", report.lost_checkpoints},
            {"lost_metrics", report.lost_metrics},
            {"losses", std::move(losses)}};
}

void print_report(const SalvageReport& report) {
    for (const SalvageLoss& loss : report.losses) {
        std::cout << printable(loss.where + ": " + loss.what) << '\n';
    }
    std::cout << counted(report.runs, "run", "runs") << ", "
              << counted(report.checkpoints, "checkpoint", "checkpoints") << " ("
              << size_text(report.nbytes) << "), "
              << counted(report.metrics, "metric value", "metric values")
              << " are in the new file\n"
              << (report.complete()
                      ? "nothing was lost"
                      : counted(report.lost_checkpoints, "checkpoint", "checkpoints") + " lost")
              << '\n';
}

ExitCode run(const SalvageArguments& arguments) {
    SalvageReport report;
    {
        ProgressBar bar("salvaging");
        report =
            salvage(arguments.file, arguments.out,
                    {.follow_symlinks = arguments.follow_symlinks, .on_progress = bar.callback()});
    }
    if (arguments.json) {
        print_json(std::cout, report_json(report));
    } else {
        print_report(report);
    }
    if (report.complete()) return ExitCode::ok;
    std::cerr << "ckptlite: " << printable(arguments.file) << ": not all of it could be salvaged\n";
    return ExitCode::damaged_or_not_found;
}

Action declare(CLI::App& app) {
    // Shared because the parser writes to it now and the copyable Action reads it later.
    const auto arguments = std::make_shared<SalvageArguments>();
    arguments->declare_in(app);
    app.add_option("OUT", arguments->out, "The new file; nothing is replaced")->required();
    return [arguments] { return run(*arguments); };
}

}  // namespace

const Command kSalvage{.name = "salvage",
                       .summary = "Write a new file with all that is whole in a damaged one",
                       .usage = "FILE OUT [--json]",
                       .example = "ckptlite salvage run.db salvaged.db",
                       .declare = declare};

}  // namespace ckptlite::cli
