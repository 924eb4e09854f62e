// SPDX-License-Identifier: MIT
#include <filesystem>
#include <iostream>
#include <memory>
#include <vector>

#include "ckptlite/import.hpp"
#include "cli/checkpoint_json.hpp"
#include "cli/command.hpp"
#include "cli/format_argument.hpp"
#include "cli/open_store.hpp"
#include "cli/output.hpp"
#include "cli/progress_bar.hpp"

namespace ckptlite::cli {
namespace {

struct ImportArguments : CommonArguments {
    std::vector<std::string> in{};
    FormatArgument format{};
    ImportOptions options{};
    bool no_metadata = false;
    bool keep_dicts = false;
};

void print_report(const ImportArguments& arguments, const ImportReport& report) {
    if (arguments.json) {
        return print_json(std::cout, Json{{"checkpoint", checkpoint_json(report.checkpoint)},
                                          {"changes", report.changes},
                                          {"inferred_lists", report.inferred_lists}});
    }
    for (const std::string& change : report.changes) {
        std::cerr << "ckptlite: " << printable(change) << '\n';
    }
    const CheckpointInfo& made = report.checkpoint;
    std::cout << printable(arguments.file + ": " + checkpoint_name(made)) << ": "
              << counted(made.n_leaves, "leaf", "leaves") << ", " << size_text(made.nbytes) << " ("
              << size_text(made.stored_nbytes) << " stored)\n";
}

ExitCode run(const ImportArguments& arguments) {
    const std::vector<std::filesystem::path> files(arguments.in.begin(), arguments.in.end());
    ImportOptions options = arguments.options;
    options.format = arguments.format.format();
    options.separator = arguments.format.separator;
    options.metadata = !arguments.no_metadata;
    options.infer_lists = !arguments.keep_dicts;
    arguments.format.check_separator(files);
    if (arguments.keep_dicts) {
        arguments.format.check_takes("--keep-dicts", {FileFormat::msgpack}, files);
    }
    check_import(files, options);  // no new FILE for a wrong IN
    Store store = open_or_make(arguments);
    ImportReport report;
    {
        ProgressBar bar("importing");
        options.on_progress = bar.callback();
        report = import_files(store, files, options);
    }
    store.close();
    print_report(arguments, report);
    return ExitCode::ok;
}

Action declare(CLI::App& app) {
    // Shared because the parser writes to it now and the copyable Action reads it later.
    const auto arguments = std::make_shared<ImportArguments>();
    SaveOptions& save = arguments->options.save;
    arguments->declare_in(app);
    app.add_option("IN", arguments->in, "Files that become one checkpoint")->required();
    app.add_option("--step", save.step, "Of the new checkpoint (0)");
    app.add_option("--run", save.run, "Its run, made if need be (default)");
    app.add_option("--prefix", save.prefix, "Its prefix (checkpoint)");
    app.add_option("--note", save.note, "Its note (the names of the files)");
    arguments->format.declare_in(app);
    app.add_flag("--no-metadata", arguments->no_metadata, "Without what a file says of itself");
    app.add_flag("--keep-dicts", arguments->keep_dicts,
                 "msgpack: keep maps with the keys 0, 1, ... instead of making lists of them");
    return [arguments] { return run(*arguments); };
}

}  // namespace

const Command kImport{.name = "import",
                      .summary = "Save files of other programs as a new checkpoint",
                      .usage =
                          "FILE IN... [--step N] [--run R] [--prefix P] [--note TEXT] [--format F] "
                          "[--separator S] [--no-metadata] [--keep-dicts] [--json]",
                      .example = "ckptlite import run.db model.safetensors --run pretrained",
                      .declare = declare};

}  // namespace ckptlite::cli
