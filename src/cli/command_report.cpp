// SPDX-License-Identifier: MIT
#include <iostream>
#include <memory>

#include "cli/checkpoint_json.hpp"
#include "cli/command.hpp"
#include "cli/open_store.hpp"
#include "cli/output.hpp"
#include "cli/output_file.hpp"
#include "cli/report_data.hpp"
#include "cli/report_page.hpp"

namespace ckptlite::cli {
namespace {

struct ReportArguments : CommonArguments {
    std::string out{};
    bool force = false;
};

ExitCode report(const ReportArguments& arguments) {
    if (arguments.json && arguments.out == "-") {
        throw CLI::ValidationError("--json", "and -o - both mean stdout");
    }
    require_new(arguments.out, arguments.force);
    const ReportData data = read_report(open_store(arguments));
    const std::string page = report_page(data);
    write_output(arguments.out, page, arguments.force);
    if (arguments.json) {
        print_json(std::cout, Json{{"out", arguments.out},
                                   {"nbytes", page.size()},
                                   {"runs", data.runs.size()},
                                   {"checkpoints", data.checkpoints.size()},
                                   {"metrics", data.curves.size()}});
    } else if (arguments.out != "-") {
        std::cout << printable(arguments.out) << ": " << size_text(page.size()) << '\n';
    }
    return ExitCode::ok;
}

Action declare(CLI::App& app) {
    // Shared because the parser writes to it now and the copyable Action reads it later.
    const auto arguments = std::make_shared<ReportArguments>();
    arguments->declare_in(app);
    arguments->declare_untrusted_in(app);
    app.add_option("-o", arguments->out, "The page to write; - is stdout")->required();
    app.add_flag("--force", arguments->force, "Replace what -o names");
    return [arguments] { return report(*arguments); };
}

}  // namespace

const Command kReport{.name = "report",
                      .summary = "Write a page with curves, best checkpoints, sizes and alarms",
                      .usage = "FILE -o OUT.html [--force] [--json]",
                      .example = "ckptlite report run.db -o report.html",
                      .declare = declare};

}  // namespace ckptlite::cli
