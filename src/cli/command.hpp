// SPDX-License-Identifier: MIT
// What a command of `ckptlite` is: its help, its arguments and its action. main.cpp holds the
// table of them; a new command is a source file with one `Command` and a line in that table.
// Commands run once, on the main thread.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <string>

#include "cli/exit_code.hpp"

namespace ckptlite::cli {

/// Prints data to stdout and all else to stderr. Throws Error, or CLI::ParseError for arguments
/// that are wrong together. Owns the values of the arguments.
using Action = std::function<ExitCode()>;

struct Command {
    const char* name;
    const char* summary;
    /// The arguments in one line, without "ckptlite" and the name.
    const char* usage;
    const char* example;
    /// Adds the arguments to the parser.
    Action (*declare)(CLI::App& app);
};

// What is there.
extern const Command kLs;
extern const Command kRuns;
extern const Command kShow;
extern const Command kBest;
extern const Command kHistory;
extern const Command kLeaves;
extern const Command kStats;
extern const Command kCat;
extern const Command kNan;
extern const Command kPlot;
extern const Command kReport;
extern const Command kWatch;
// Which checkpoints are kept.
extern const Command kPrune;
extern const Command kPin;
extern const Command kUnpin;
extern const Command kNote;
extern const Command kTag;
extern const Command kTensorboard;
extern const Command kRm;
// Looking after files.
extern const Command kVerify;
extern const Command kSalvage;
extern const Command kCompact;
extern const Command kBackup;
extern const Command kSql;
// Between files.
extern const Command kMerge;
extern const Command kExtract;
extern const Command kDiff;
extern const Command kImport;
extern const Command kExport;

extern const Command kCompletion;

/// What every command that opens a file takes.
struct CommonArguments {
    std::string file{};
    bool json = false;
    bool follow_symlinks = false;
    bool untrusted = false;

    /// `this` must outlive the parsing.
    void declare_in(CLI::App& app);
    /// For commands that only read FILE.
    void declare_untrusted_in(CLI::App& app);
};

}  // namespace ckptlite::cli
