// SPDX-License-Identifier: MIT
#include "cli/open_store.hpp"

#include <iostream>

#include "ckptlite/error.hpp"
#include "cli/output.hpp"

namespace ckptlite::cli {

Store open_store(const CommonArguments& arguments) {
    StoreOptions options{.mode = OpenMode::read_only, .follow_symlinks = arguments.follow_symlinks};
    if (arguments.untrusted) {
        options.trust = Trust::untrusted;
        return Store(arguments.file, options);
    }
    try {
        return Store(arguments.file, options);
    } catch (const NeedsRecovery&) {
        std::cerr << "ckptlite: " << printable(arguments.file)
                  << ": a write was interrupted; rolling it back\n";
    }
    options.mode = OpenMode::existing;
    return Store(arguments.file, options);
}

void CommonArguments::declare_in(CLI::App& app) {
    app.add_option("FILE", file, "A ckptlite file")->required();
    app.add_flag("--json", json, "Print JSON, for programs (see docs/CLI.md)");
    app.add_flag("--untrusted", untrusted,
                 "FILE is from a stranger: check all of it first, change nothing");
    app.add_flag("--follow-symlinks", follow_symlinks, "FILE may be a symbolic link");
}

}  // namespace ckptlite::cli
