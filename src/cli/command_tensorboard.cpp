// SPDX-License-Identifier: MIT
#include <iostream>
#include <memory>

#include "ckptlite/tensorboard.hpp"
#include "cli/checkpoint_json.hpp"
#include "cli/command.hpp"
#include "cli/metric_history.hpp"
#include "cli/open_store.hpp"
#include "cli/output.hpp"
#include "cli/progress_bar.hpp"

namespace ckptlite::cli {
namespace {

struct TensorboardArguments : CommonArguments {
    std::string out{};
    std::vector<std::string> runs{};
};

void print_report(const TensorboardArguments& arguments, const TensorboardReport& report) {
    if (arguments.json) {
        return print_json(std::cout, Json{{"out", arguments.out},
                                          {"runs", report.runs},
                                          {"metrics", report.metrics},
                                          {"values", report.values},
                                          {"nbytes", report.nbytes},
                                          {"infinite", report.infinite}});
    }
    if (report.infinite > 0) {
        std::cerr << "ckptlite: " << counted(report.infinite, "value is", "values are")
                  << " too large for float32 and became infinite\n";
    }
    std::cout << printable(arguments.out) << ": " << counted(report.runs, "run", "runs") << ", "
              << counted(report.metrics, "metric", "metrics") << ", "
              << counted(report.values, "value", "values") << ", " << size_text(report.nbytes)
              << '\n';
}

ExitCode run(const TensorboardArguments& arguments) {
    const Store store = open_store(arguments);
    TensorboardReport report;
    {
        ProgressBar bar("exporting");
        report = export_tensorboard(store, arguments.out,
                                    {.runs = arguments.runs, .on_progress = bar.callback()});
    }
    print_report(arguments, report);
    return ExitCode::ok;
}

Action declare(CLI::App& app) {
    // Shared because the parser writes to it now and the copyable Action reads it later.
    const auto arguments = std::make_shared<TensorboardArguments>();
    arguments->declare_in(app);
    arguments->declare_untrusted_in(app);
    app.add_option("OUT", arguments->out, "The new folder; nothing is replaced")->required();
    declare_runs_in(app, arguments->runs);
    return [arguments] { return run(*arguments); };
}

}  // namespace

const Command kTensorboard{.name = "tensorboard",
                           .summary = "Write the metric history as TensorBoard event files",
                           .usage = "FILE OUT [--run R]... [--json]",
                           .example = "ckptlite tensorboard run.db logs",
                           .declare = declare};

}  // namespace ckptlite::cli
