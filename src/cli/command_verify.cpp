// SPDX-License-Identifier: MIT
#include <cstddef>
#include <iostream>
#include <memory>

#include "cli/checkpoint_json.hpp"
#include "cli/command.hpp"
#include "cli/open_store.hpp"
#include "cli/output.hpp"
#include "cli/progress_bar.hpp"

namespace ckptlite::cli {
namespace {

struct VerifyArguments : CommonArguments {
    bool full = false;
};

Json report_json(const VerifyReport& report, bool full) {
    Json problems = Json::array();
    for (const VerifyProblem& problem : report.problems) {
        problems.push_back(Json{{"where", problem.where}, {"what", problem.what}});
    }
    return {{"ok", report.ok()},
            {"full", full},
            {"checkpoints", report.checkpoints},
            {"leaves", report.leaves},
            {"chunks", report.chunks},
            {"nbytes", report.nbytes},
            {"problems", std::move(problems)}};
}

void print_report(const VerifyReport& report, bool full) {
    std::cout << counted(report.checkpoints, "checkpoint", "checkpoints") << ", "
              << counted(report.leaves, "leaf", "leaves") << ", "
              << counted(report.chunks, "chunk", "chunks") << "; "
              << (full ? size_text(report.nbytes) + " decoded and checked"
                       : "tensor data not read: see --full")
              << '\n';
    for (const VerifyProblem& problem : report.problems) {
        std::cout << printable(problem.where + ": " + problem.what) << '\n';
    }
    const std::size_t n = report.problems.size();
    std::cout << (n == 0 ? "no problems" : counted(n, "problem", "problems")) << '\n';
}

ExitCode verify(const VerifyArguments& arguments) {
    const Store store = open_read_only(arguments);
    VerifyReport report;
    {
        ProgressBar bar("verifying");
        report = store.verify(arguments.full, bar.callback());
    }
    if (arguments.json) {
        print_json(std::cout, report_json(report, arguments.full));
    } else {
        print_report(report, arguments.full);
    }
    if (report.ok()) return ExitCode::ok;
    std::cerr << "ckptlite: " << printable(arguments.file) << ": the file is damaged\n";
    return ExitCode::damaged_or_not_found;
}

Action declare(CLI::App& app) {
    // Shared because the parser writes to it now and the copyable Action reads it later.
    const auto arguments = std::make_shared<VerifyArguments>();
    arguments->declare_in(app);
    arguments->declare_untrusted_in(app);
    app.add_flag("--full", arguments->full, "Decode and check every byte of tensor data, too");
    return [arguments] { return verify(*arguments); };
}

}  // namespace

const Command kVerify{.name = "verify",
                      .summary = "Check a file for damage",
                      .usage = "FILE [--full] [--json]",
                      .example = "ckptlite verify run.db --full",
                      .declare = declare};

}  // namespace ckptlite::cli
