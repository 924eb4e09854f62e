// SPDX-License-Identifier: MIT
#include "cli/open_store.hpp"

#include <iostream>

#include "ckptlite/error.hpp"
#include "cli/output.hpp"

namespace ckptlite::cli {

namespace {

Store open_as(const CommonArguments& arguments, OpenMode mode, Trust trust = Trust::own) {
    return Store(arguments.file,
                 {.mode = mode, .trust = trust, .follow_symlinks = arguments.follow_symlinks});
}

}  // namespace

Store open_store(const CommonArguments& arguments) {
    if (arguments.untrusted) return open_read_only(arguments);
    try {
        return open_read_only(arguments);
    } catch (const NeedsRecovery&) {
        std::cerr << "ckptlite: " << printable(arguments.file)
                  << ": a write was interrupted; rolling it back\n";
    }
    return open_for_writing(arguments);
}

Store open_or_make(const CommonArguments& arguments) {
    return open_as(arguments, OpenMode::create);
}

Store open_for_writing(const CommonArguments& arguments) {
    return open_as(arguments, OpenMode::existing);
}

Store open_read_only(const CommonArguments& arguments) {
    return open_as(arguments, OpenMode::read_only,
                   arguments.untrusted ? Trust::untrusted : Trust::own);
}

void CommonArguments::declare_in(CLI::App& app) {
    app.add_option("FILE", file, "A ckptlite file")->required();
    app.add_flag("--json", json, "Print JSON, for programs (see docs/CLI.md)");
    app.add_flag("--follow-symlinks", follow_symlinks, "FILE may be a symbolic link");
}

void CommonArguments::declare_untrusted_in(CLI::App& app) {
    app.add_flag("--untrusted", untrusted,
                 "FILE is from a stranger: check all of it first, change nothing");
}

}  // namespace ckptlite::cli
