// SPDX-License-Identifier: MIT
#include <filesystem>
#include <iostream>
#include <memory>

#include "ckptlite/diff.hpp"
#include "cli/checkpoint_argument.hpp"
#include "cli/command.hpp"
#include "cli/diff_output.hpp"
#include "cli/open_store.hpp"
#include "cli/progress_bar.hpp"

namespace ckptlite::cli {
namespace {

namespace fs = std::filesystem;

struct DiffArguments : CommonArguments {
    std::string first{};
    std::string second{};
    std::string other{};
    CheckpointFilter filter{};
    std::optional<std::string> only{};
    bool all = false;
    bool no_values = false;
    bool exit_code = false;
};

/// Where the second checkpoint is.
struct Second {
    std::string file{};
    std::string selector{};
};

/// With a '.' or '/' in it, so that a file called "latest" is not taken for it: "./latest" is one.
bool names_file(const std::string& text) {
    std::error_code ignored;
    return text.find_first_of("./") != std::string::npos &&
           fs::exists(fs::symlink_status(text, ignored));
}

Second second_of(const DiffArguments& arguments) {
    const std::string& text = arguments.second;
    if (!arguments.other.empty()) {
        return {arguments.other, text.empty() ? arguments.first : text};
    }
    if (text.empty()) throw CLI::RequiredError("B or --other");
    if (names_file(text)) return {text, arguments.first};
    for (auto at = text.find(':'); at != std::string::npos; at = text.find(':', at + 1)) {
        if (names_file(text.substr(0, at))) return {text.substr(0, at), text.substr(at + 1)};
    }
    return {arguments.file, text};
}

CheckpointInfo find(const Store& store, const std::string& selector,
                    const CheckpointFilter& filter) {
    return CheckpointArgument{.selector = selector, .filter = filter}.find(store);
}

ExitCode run(const DiffArguments& arguments) {
    const Second second = second_of(arguments);
    const Store a = open_store(arguments);
    std::optional<Store> other;
    if (second.file != arguments.file) {
        CommonArguments of_other = arguments;
        of_other.file = second.file;
        other = open_store(of_other);
    }
    const Store& b = other ? *other : a;
    const ComparedCheckpoint from{a.file().string(), find(a, arguments.first, arguments.filter)};
    const ComparedCheckpoint to{b.file().string(), find(b, second.selector, arguments.filter)};
    DiffReport report;
    {
        ProgressBar bar("comparing");
        report = diff(a, from.info, b, to.info,
                      {.only = arguments.only,
                       .values = !arguments.no_values,
                       .on_progress = bar.callback()});
    }
    (arguments.json ? print_diff_json : print_diff)(from, to, report, arguments.all);
    return arguments.exit_code && !report.equal() ? ExitCode::different : ExitCode::ok;
}

Action declare(CLI::App& app) {
    // Shared because the parser writes to it now and the copyable Action reads it later.
    const auto arguments = std::make_shared<DiffArguments>();
    arguments->declare_in(app);
    arguments->declare_untrusted_in(app);
    app.add_option("A", arguments->first,
                   "A selector: latest, 300, best:eval/loss, run@latest, ...")
        ->required();
    app.add_option("B", arguments->second, "Another, or one of another file: FILE2 or FILE2:300");
    app.add_option("--other", arguments->other, "B is of this file");
    declare_filter_in(app, arguments->filter);
    app.add_option("--only", arguments->only, "Only leaves that match, such as /model_params/**");
    app.add_flag("--all", arguments->all, "List leaves that are the same, too");
    app.add_flag("--no-values", arguments->no_values, "What changed, not by how much: faster");
    app.add_flag("--exit-code", arguments->exit_code, "Exit with 1 if anything differs");
    return [arguments] { return run(*arguments); };
}

}  // namespace

const Command kDiff{.name = "diff",
                    .summary = "Compare two checkpoints, leaf by leaf",
                    .usage =
                        "FILE A [B] [--other FILE2] [--only PATTERN] [--all] [--no-values] "
                        "[--exit-code] [--run R] [--prefix P] [--json]",
                    .example = "ckptlite diff run.db best:eval/loss latest",
                    .declare = declare};

}  // namespace ckptlite::cli
