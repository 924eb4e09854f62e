// SPDX-License-Identifier: MIT
#include <filesystem>
#include <iostream>
#include <memory>

#include "cli/checkpoint_json.hpp"
#include "cli/command.hpp"
#include "cli/open_store.hpp"
#include "cli/output.hpp"
#include "cli/progress_bar.hpp"

namespace ckptlite::cli {
namespace {

struct BackupArguments : CommonArguments {
    std::string out{};
};

ExitCode back_up(const BackupArguments& arguments) {
    const Store store = open_store(arguments);
    {
        ProgressBar bar("copying");
        store.backup(arguments.out, bar.callback());
    }
    const std::uint64_t nbytes = std::filesystem::file_size(arguments.out);
    if (arguments.json) {
        print_json(std::cout, Json{{"out", arguments.out}, {"nbytes", nbytes}});
    } else {
        std::cout << printable(arguments.out) << ": " << size_text(nbytes) << '\n';
    }
    return ExitCode::ok;
}

Action declare(CLI::App& app) {
    // Shared because the parser writes to it now and the copyable Action reads it later.
    const auto arguments = std::make_shared<BackupArguments>();
    arguments->declare_in(app);
    arguments->declare_untrusted_in(app);
    app.add_option("OUT", arguments->out, "The new file; nothing is replaced")->required();
    return [arguments] { return back_up(*arguments); };
}

}  // namespace

const Command kBackup{.name = "backup",
                      .summary = "Copy a file that may be in use",
                      .usage = "FILE OUT [--json]",
                      .example = "ckptlite backup run.db /mnt/backup/run.db",
                      .declare = declare};

}  // namespace ckptlite::cli
