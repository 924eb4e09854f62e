// SPDX-License-Identifier: MIT
#include <filesystem>
#include <iostream>
#include <memory>

#include "ckptlite/error.hpp"
#include "ckptlite/export.hpp"
#include "cli/checkpoint_argument.hpp"
#include "cli/checkpoint_json.hpp"
#include "cli/command.hpp"
#include "cli/format_argument.hpp"
#include "cli/open_store.hpp"
#include "cli/output.hpp"
#include "cli/progress_bar.hpp"

namespace ckptlite::cli {
namespace {

struct ExportArguments : CommonArguments {
    CheckpointArgument checkpoint{};
    std::string out{};
    FormatArgument format{};
    ExportOptions options{};
};

void print_report(const ExportArguments& arguments, const ExportReport& report) {
    if (arguments.json) {
        return print_json(std::cout, Json{{"out", arguments.out},
                                          {"format", format_name(report.format)},
                                          {"checkpoint", checkpoint_json(report.checkpoint)},
                                          {"tensors", report.tensors},
                                          {"nbytes", report.nbytes},
                                          {"changes", report.changes}});
    }
    for (const std::string& change : report.changes) {
        std::cerr << "ckptlite: " << printable(change) << '\n';
    }
    std::cout << printable(arguments.out + ": " + checkpoint_name(report.checkpoint)) << ": "
              << counted(report.tensors, "tensor", "tensors") << ", " << size_text(report.nbytes)
              << '\n';
}

/// One line for each thing that the format cannot hold.
[[noreturn]] void refuse(const TypeError& error) {
    for (const std::string& line : error.differences()) {
        std::cerr << "ckptlite: " << printable(line) << '\n';
    }
    const std::string& message = error.message();
    throw InvalidArgument(message.substr(0, message.find('\n')), error.where());
}

ExitCode run(const ExportArguments& arguments) {
    const std::filesystem::path files[] = {arguments.out};
    arguments.format.check_separator(files);
    if (arguments.options.compress) {
        arguments.format.check_takes("--compress", {FileFormat::npz}, files);
    }
    const Store store = open_store(arguments);
    const CheckpointInfo checkpoint = arguments.checkpoint.find(store);
    ExportOptions options = arguments.options;
    options.format = arguments.format.format();
    options.separator = arguments.format.separator;
    ExportReport report;
    try {
        ProgressBar bar("exporting");
        options.on_progress = bar.callback();
        report = export_checkpoint(store, checkpoint, arguments.out, options);
    } catch (const TypeError& error) {
        refuse(error);
    }
    print_report(arguments, report);
    return ExitCode::ok;
}

Action declare(CLI::App& app) {
    // Shared because the parser writes to it now and the copyable Action reads it later.
    const auto arguments = std::make_shared<ExportArguments>();
    ExportOptions& options = arguments->options;
    arguments->declare_in(app);
    arguments->declare_untrusted_in(app);
    arguments->checkpoint.declare_positional_in(app);
    app.add_option("OUT", arguments->out, "The new file; nothing is replaced")->required();
    arguments->format.declare_in(app);
    app.add_option("--root", options.root, "Only what is below this path, such as /model_params");
    app.add_flag("--convert", options.convert,
                 "Convert what the format cannot hold, if there is a way");
    app.add_flag("--compress", options.compress, "npz: compressed with deflate");
    return [arguments] { return run(*arguments); };
}

}  // namespace

const Command kExport{
    .name = "export",
    .summary = "Write one checkpoint in a format of other programs",
    .usage =
        "FILE SELECTOR OUT [--format F] [--root PATH] [--separator S] [--convert] [--compress] "
        "[--run R] [--prefix P] [--json]",
    .example = "ckptlite export run.db best:eval/loss model.safetensors --root /model_params",
    .declare = declare};

}  // namespace ckptlite::cli
