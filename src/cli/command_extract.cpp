// SPDX-License-Identifier: MIT
#include <iostream>
#include <memory>

#include "ckptlite/extract.hpp"
#include "cli/checkpoint_argument.hpp"
#include "cli/checkpoint_json.hpp"
#include "cli/command.hpp"
#include "cli/open_store.hpp"
#include "cli/output.hpp"
#include "cli/progress_bar.hpp"

namespace ckptlite::cli {
namespace {

struct ExtractArguments : CommonArguments {
    CheckpointArgument checkpoint{};
    std::string out{};
    std::optional<std::string> only{};
    bool no_history = false;
};

ExitCode run(const ExtractArguments& arguments) {
    const Store store = open_store(arguments);
    const CheckpointInfo checkpoint = arguments.checkpoint.find(store);
    ExtractReport report;
    {
        ProgressBar bar("extracting");
        report = extract(store, checkpoint, arguments.out,
                         {.only = arguments.only,
                          .history = !arguments.no_history,
                          .on_progress = bar.callback()});
    }
    if (arguments.json) {
        print_json(std::cout, Json{{"out", arguments.out},
                                   {"checkpoint", checkpoint_json(report.checkpoint)},
                                   {"metrics", report.metrics},
                                   {"nbytes", report.nbytes}});
        return ExitCode::ok;
    }
    std::cout << printable(arguments.out + ": " + checkpoint_name(checkpoint)) << ": "
              << counted(report.checkpoint.n_leaves, "leaf", "leaves") << ", "
              << counted(report.metrics, "metric value", "metric values") << ", "
              << size_text(report.nbytes) << '\n';
    return ExitCode::ok;
}

Action declare(CLI::App& app) {
    // Shared because the parser writes to it now and the copyable Action reads it later.
    const auto arguments = std::make_shared<ExtractArguments>();
    arguments->declare_in(app);
    arguments->declare_untrusted_in(app);
    arguments->checkpoint.declare_positional_in(app);
    app.add_option("-o,--out", arguments->out, "The new file; nothing is replaced")->required();
    app.add_option("--only", arguments->only, "Only leaves that match, such as /model_params/**");
    app.add_flag("--no-history", arguments->no_history, "Without the metric history of its run");
    return [arguments] { return run(*arguments); };
}

}  // namespace

const Command kExtract{
    .name = "extract",
    .summary = "Write one checkpoint as a new file",
    .usage =
        "FILE SELECTOR -o OUT [--only PATTERN] [--no-history] [--run R] [--prefix P] "
        "[--json]",
    .example = "ckptlite extract run.db best:eval/loss -o small.db",
    .declare = declare};

}  // namespace ckptlite::cli
