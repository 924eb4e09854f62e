// SPDX-License-Identifier: MIT
#include <iostream>
#include <memory>

#include "cli/checkpoint_argument.hpp"
#include "cli/checkpoint_json.hpp"
#include "cli/command.hpp"
#include "cli/open_store.hpp"
#include "cli/output.hpp"

namespace ckptlite::cli {
namespace {

struct TagArguments : CommonArguments {
    CheckpointArgument checkpoint{};
    std::string name{};
    std::string deleted{};
    bool move = false;
};

Json tag_json(const TagInfo& of) {
    return {{"tag", of.tag}, {"checkpoint", checkpoint_json(of.checkpoint)}};
}

ExitCode list(const TagArguments& arguments) {
    const std::vector<TagInfo> tags = open_store(arguments).tags();
    if (arguments.json) {
        Json out{{"tags", Json::array()}};
        for (const TagInfo& of : tags) out["tags"].push_back(tag_json(of));
        print_json(std::cout, out);
        return ExitCode::ok;
    }
    if (tags.empty()) std::cerr << "ckptlite: the file has no tags\n";
    Table table({{"tag"}, {"run"}, {"prefix"}, {"step", Align::right}, {"created"}, {"metrics"}});
    for (const auto& [tag, checkpoint] : tags) {
        table.add({tag, checkpoint.run, checkpoint.prefix, std::to_string(checkpoint.step),
                   checkpoint.created_at, metrics_text(checkpoint.metrics)});
    }
    table.print(std::cout);
    return ExitCode::ok;
}

ExitCode set(const TagArguments& arguments) {
    Store store = open_for_writing(arguments);
    const CheckpointInfo checkpoint = arguments.checkpoint.find_only(store);
    store.tag(checkpoint, arguments.name, arguments.move);
    const CheckpointInfo tagged = store.find("id:" + std::to_string(checkpoint.id));
    store.close();
    if (arguments.json) {
        print_json(std::cout, tag_json({arguments.name, tagged}));
    } else {
        std::cout << printable(checkpoint_name(tagged) + ": tagged '" + arguments.name + "'")
                  << '\n';
    }
    return ExitCode::ok;
}

ExitCode remove(const TagArguments& arguments) {
    Store store = open_for_writing(arguments);
    store.untag(arguments.deleted);
    store.close();
    if (arguments.json) {
        print_json(std::cout, Json{{"deleted", arguments.deleted}});
    } else {
        std::cout << printable("'" + arguments.deleted + "' is no tag any more") << '\n';
    }
    return ExitCode::ok;
}

Action declare(CLI::App& app) {
    // Shared because the parser writes to it now and the copyable Action reads it later.
    const auto arguments = std::make_shared<TagArguments>();
    arguments->declare_in(app);
    arguments->declare_untrusted_in(app);
    CLI::Option* const selector =
        app.add_option("SELECTOR", arguments->checkpoint.selector,
                       "Which checkpoint: latest, 300, best:eval/loss, ... (see docs/CLI.md)");
    CLI::Option* const name = app.add_option("NAME", arguments->name, "Its tag");
    selector->needs(name);
    declare_filter_in(app, arguments->checkpoint.filter);
    for (const char* const option : {"--run", "--prefix"}) app.get_option(option)->needs(name);
    app.add_flag("--move", arguments->move, "Another checkpoint may have the tag")->needs(name);
    CLI::Option* const deleted =
        app.add_option("--delete", arguments->deleted, "Take this tag away")->excludes(selector);
    app.get_option("--untrusted")->excludes(selector)->excludes(deleted);
    return [=] {
        if (!deleted->empty()) return remove(*arguments);
        return name->empty() ? list(*arguments) : set(*arguments);
    };
}

}  // namespace

const Command kTag{.name = "tag",
                   .summary = "Name a checkpoint, list the names, take one away",
                   .usage =
                       "FILE [SELECTOR NAME [--run R] [--prefix P] [--move] | --delete NAME] "
                       "[--json]",
                   .example = "ckptlite tag run.db best:eval/loss release",
                   .declare = declare};

}  // namespace ckptlite::cli
