// SPDX-License-Identifier: MIT
#include <CLI/CLI.hpp>
#include <array>
#include <exception>
#include <iostream>
#include <new>
#include <string>
#include <string_view>
#include <vector>

#include "ckptlite/error.hpp"
#include "cli/command.hpp"
#include "cli/exit_code.hpp"
#include "cli/output.hpp"

namespace ckptlite::cli {
namespace {

const std::array kCommands = {
    &kLs,      &kRuns,   &kShow,   &kBest,        &kHistory, &kLeaves,    &kStats,  &kCat,
    &kDiff,    &kNan,    &kPlot,   &kReport,      &kWatch,   &kPrune,     &kPin,    &kUnpin,
    &kNote,    &kTag,    &kRm,     &kVerify,      &kSalvage, &kCompact,   &kBackup, &kMerge,
    &kExtract, &kImport, &kExport, &kTensorboard, &kSql,     &kCompletion};

constexpr const char* kFooter =
    "Exit codes: 0 fine, 1 damaged or not found, 2 usage, 3 not a ckptlite file,\n"
    "4 unsupported version, 5 busy.\n\n"
    "Example:\n  ckptlite ls run.db";

struct Entry {
    const Command* command;
    CLI::App* parser;
    Action action;
};

std::vector<Entry> declare_commands(CLI::App& app) {
    std::vector<Entry> entries;
    for (const Command* const command : kCommands) {
        CLI::App* const parser = app.add_subcommand(command->name, command->summary);
        parser->footer("Example:\n  " + std::string(command->example));
        entries.push_back({command, parser, command->declare(*parser)});
    }
    return entries;
}

ExitCode fail(std::string_view message, ExitCode code) {
    std::cerr << "ckptlite: " << printable(message) << '\n';
    return code;
}

/// Of the command that was named, if one was.
void print_usage(const std::vector<Entry>& entries) {
    for (const Entry& entry : entries) {
        if (!entry.parser->parsed()) continue;
        std::cerr << "usage: ckptlite " << entry.command->name << ' ' << entry.command->usage
                  << '\n';
        return;
    }
    std::cerr << "usage: ckptlite COMMAND ...; see ckptlite --help\n";
}

ExitCode run_named(const std::vector<Entry>& entries) {
    for (const Entry& entry : entries) {
        if (!entry.parser->parsed()) continue;
        const ExitCode code = entry.action();
        // A full disk behind a redirection shows only here.
        if (!std::cout.flush()) throw IoError("the output could not be written");
        return code;
    }
    throw CLI::RequiredError("a command");
}

ExitCode run(int argc, const char* const* argv) {
    CLI::App app(
        "Looks into ckptlite files, training checkpoints in one SQLite database, and looks after "
        "them.",
        "ckptlite");
    // Not 1: then a command that is misspelt would be called missing.
    app.require_subcommand(0, 1);
    app.set_version_flag("--version", "ckptlite " CKPTLITE_VERSION);
    app.footer(kFooter);
    const std::vector<Entry> entries = declare_commands(app);
    try {
        app.parse(argc, argv);
        return run_named(entries);
    } catch (const CLI::Success& help_or_version) {
        app.exit(help_or_version);
        return ExitCode::ok;
    } catch (const CLI::ParseError& error) {
        fail(error.what(), ExitCode::usage);
        print_usage(entries);
        return ExitCode::usage;
    } catch (const Error& error) {
        return fail(error.what(), exit_code_of(error.code()));
    } catch (const std::bad_alloc&) {
        return fail("out of memory", ExitCode::damaged_or_not_found);
    } catch (const std::exception& error) {
        return fail(error.what(), ExitCode::damaged_or_not_found);
    }
}

}  // namespace
}  // namespace ckptlite::cli

int main(int argc, char** argv) {
    return static_cast<int>(ckptlite::cli::run(argc, argv));
}
