// SPDX-License-Identifier: MIT
#include <iostream>
#include <memory>

#include "ckptlite/error.hpp"
#include "cli/checkpoint_argument.hpp"
#include "cli/checkpoint_json.hpp"
#include "cli/command.hpp"
#include "cli/freed_space.hpp"
#include "cli/open_store.hpp"
#include "cli/output.hpp"

namespace ckptlite::cli {
namespace {

struct RmArguments : CommonArguments {
    CheckpointArgument checkpoint{};
    bool dry_run = false;
};

ExitCode remove(const RmArguments& arguments) {
    Store store = arguments.dry_run ? open_store(arguments) : open_for_writing(arguments);
    const CheckpointInfo checkpoint = arguments.checkpoint.find_only(store);
    if (checkpoint.pinned) {
        throw InvalidArgument(
            "the checkpoint is pinned: `ckptlite unpin` it first",
            {.file = arguments.file, .run = checkpoint.run, .step = checkpoint.step});
    }
    if (!checkpoint.tags.empty()) {
        throw InvalidArgument(
            "the checkpoint is tagged: `ckptlite tag FILE --delete '" + checkpoint.tags.front() +
                "'` first",
            {.file = arguments.file, .run = checkpoint.run, .step = checkpoint.step});
    }
    const FreedSpace freed(store);
    if (!arguments.dry_run) store.remove(checkpoint);
    const std::uint64_t nbytes = freed.nbytes();
    store.close();
    if (arguments.json) {
        print_json(std::cout, Json{{"dry_run", arguments.dry_run},
                                   {"freed_nbytes", nbytes},
                                   {"checkpoint", checkpoint_json(checkpoint)}});
        return ExitCode::ok;
    }
    std::cout << printable(checkpoint_name(checkpoint))
              << (arguments.dry_run ? ": would be deleted" : ": deleted") << '\n';
    if (!arguments.dry_run) print_freed(1, nbytes);
    return ExitCode::ok;
}

Action declare(CLI::App& app) {
    // Shared because the parser writes to it now and the copyable Action reads it later.
    const auto arguments = std::make_shared<RmArguments>();
    arguments->declare_in(app);
    arguments->checkpoint.declare_positional_in(app);
    app.add_flag("--dry-run", arguments->dry_run, "Only say what would be deleted");
    return [arguments] { return remove(*arguments); };
}

}  // namespace

const Command kRm{.name = "rm",
                  .summary = "Delete one checkpoint",
                  .usage = "FILE SELECTOR [--run R] [--prefix P] [--dry-run] [--json]",
                  .example = "ckptlite rm run.db 300 --prefix checkpoint",
                  .declare = declare};

}  // namespace ckptlite::cli
