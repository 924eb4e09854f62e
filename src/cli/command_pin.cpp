// SPDX-License-Identifier: MIT
// What changes a checkpoint's own row: pin, unpin and note.
#include <functional>
#include <iostream>
#include <memory>

#include "cli/checkpoint_argument.hpp"
#include "cli/checkpoint_json.hpp"
#include "cli/command.hpp"
#include "cli/open_store.hpp"
#include "cli/output.hpp"

namespace ckptlite::cli {
namespace {

struct ChangeArguments : CommonArguments {
    CheckpointArgument checkpoint{};
    std::string text{};
};

using Change = std::function<std::string(Store&, const CheckpointInfo&)>;

/// Changes the one checkpoint and prints it, with what `change` says was done.
ExitCode change_one(const ChangeArguments& arguments, const Change& change) {
    Store store = open_for_writing(arguments);
    const CheckpointInfo before = arguments.checkpoint.find_only(store);
    const std::string done = change(store, before);
    const CheckpointInfo after = store.find("id:" + std::to_string(before.id));
    store.close();
    if (arguments.json) {
        print_json(std::cout, checkpoint_json(after));
    } else {
        std::cout << printable(checkpoint_name(after) + ": " + done) << '\n';
    }
    return ExitCode::ok;
}

std::shared_ptr<ChangeArguments> declare_common(CLI::App& app) {
    auto arguments = std::make_shared<ChangeArguments>();
    arguments->declare_in(app);
    arguments->checkpoint.declare_positional_in(app);
    return arguments;
}

template <bool kPinned>
Action declare_pin(CLI::App& app) {
    // Shared because the parser writes to it now and the copyable Action reads it later.
    const auto arguments = declare_common(app);
    return [arguments] {
        return change_one(*arguments, [](Store& store, const CheckpointInfo& checkpoint) {
            store.pin(checkpoint, kPinned);
            return kPinned ? "pinned" : "not pinned";
        });
    };
}

Action declare_note(CLI::App& app) {
    const auto arguments = declare_common(app);
    app.add_option("TEXT", arguments->text, "The new note; '' takes it away")->required();
    return [arguments] {
        return change_one(*arguments, [&](Store& store, const CheckpointInfo& checkpoint) {
            store.set_note(checkpoint, arguments->text);
            return arguments->text.empty() ? "no note" : "noted: " + arguments->text;
        });
    };
}

}  // namespace

const Command kPin{.name = "pin",
                   .summary = "Keep a checkpoint from being deleted",
                   .usage = "FILE SELECTOR [--run R] [--prefix P] [--json]",
                   .example = "ckptlite pin run.db best:eval/loss",
                   .declare = declare_pin<true>};

const Command kUnpin{.name = "unpin",
                     .summary = "Let retention delete a checkpoint again",
                     .usage = "FILE SELECTOR [--run R] [--prefix P] [--json]",
                     .example = "ckptlite unpin run.db id:17",
                     .declare = declare_pin<false>};

const Command kNote{.name = "note",
                    .summary = "Write a note on a checkpoint",
                    .usage = "FILE SELECTOR TEXT [--run R] [--prefix P] [--json]",
                    .example = "ckptlite note run.db id:17 'before the learning rate was halved'",
                    .declare = declare_note};

}  // namespace ckptlite::cli
