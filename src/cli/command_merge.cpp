// SPDX-License-Identifier: MIT
#include <filesystem>
#include <iostream>
#include <memory>
#include <vector>

#include "ckptlite/merge.hpp"
#include "cli/checkpoint_json.hpp"
#include "cli/command.hpp"
#include "cli/output.hpp"
#include "cli/progress_bar.hpp"

namespace ckptlite::cli {
namespace {

struct MergeArguments {
    std::string out{};
    std::vector<std::string> ins{};
    bool json = false;
    bool follow_symlinks = false;
};

Json report_json(const MergeArguments& arguments, const MergeReport& report) {
    Json notes = Json::array();
    for (const MergeNote& note : report.notes) {
        notes.push_back(Json{{"where", note.where}, {"what", note.what}});
    }
    return {{"out", arguments.out},
            {"runs", report.runs},
            {"checkpoints", report.checkpoints},
            {"metrics", report.metrics},
            {"updated", report.updated},
            {"nbytes", report.nbytes},
            {"known_checkpoints", report.known_checkpoints},
            {"notes", std::move(notes)}};
}

void print_report(const MergeArguments& arguments, const MergeReport& report) {
    for (const MergeNote& note : report.notes) {
        std::cerr << "ckptlite: " << printable(note.where + ": " + note.what) << '\n';
    }
    std::cout << printable(arguments.out) << ": ";
    if (report.nothing_new()) {
        std::cout << "nothing is new";
    } else {
        std::cout << counted(report.runs, "run", "runs") << ", "
                  << counted(report.checkpoints, "checkpoint", "checkpoints") << " ("
                  << size_text(report.nbytes) << " of new data), "
                  << counted(report.metrics, "metric value", "metric values") << " added, "
                  << counted(report.updated, "row", "rows") << " updated";
    }
    std::cout << "; " << counted(report.known_checkpoints, "checkpoint was", "checkpoints were")
              << " there already\n";
}

ExitCode run(const MergeArguments& arguments) {
    const std::vector<std::filesystem::path> ins(arguments.ins.begin(), arguments.ins.end());
    MergeReport report;
    {
        ProgressBar bar("merging");
        report =
            merge(arguments.out, ins,
                  {.follow_symlinks = arguments.follow_symlinks, .on_progress = bar.callback()});
    }
    if (arguments.json) {
        print_json(std::cout, report_json(arguments, report));
    } else {
        print_report(arguments, report);
    }
    return ExitCode::ok;
}

Action declare(CLI::App& app) {
    // Shared because the parser writes to it now and the copyable Action reads it later.
    const auto arguments = std::make_shared<MergeArguments>();
    app.add_option("OUT", arguments->out, "The file that all is added to; made if there is none")
        ->required();
    app.add_option("IN", arguments->ins, "ckptlite files; they are only read")->required();
    app.add_flag("--json", arguments->json, "Print JSON, for programs (see docs/CLI.md)");
    app.add_flag("--follow-symlinks", arguments->follow_symlinks,
                 "The files may be symbolic links");
    return [arguments] { return run(*arguments); };
}

}  // namespace

const Command kMerge{.name = "merge",
                     .summary = "Add the runs of other files to a file",
                     .usage = "OUT IN... [--json]",
                     .example = "ckptlite merge all.db run1.db run2.db",
                     .declare = declare};

}  // namespace ckptlite::cli
