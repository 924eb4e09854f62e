// SPDX-License-Identifier: MIT
#include <iostream>
#include <memory>

#include "cli/checkpoint_argument.hpp"
#include "cli/checkpoint_json.hpp"
#include "cli/command.hpp"
#include "cli/leaf_tree.hpp"
#include "cli/number_argument.hpp"
#include "cli/open_store.hpp"
#include "cli/output.hpp"

namespace ckptlite::cli {
namespace {

struct ShowArguments : CommonArguments {
    CheckpointArgument checkpoint{};
    std::size_t depth = 0;
};

void print_fields(const CheckpointInfo& checkpoint, std::size_t sharing) {
    const auto field = [](std::string_view name, const std::string& text) {
        if (text.empty()) return;
        std::cout << name << std::string(12 - name.size(), ' ') << printable(text) << '\n';
    };
    field("run", checkpoint.run);
    field("prefix", checkpoint.prefix);
    field("step", std::to_string(checkpoint.step));
    field("version", std::to_string(checkpoint.version));
    field("id", std::to_string(checkpoint.id));
    field("created", checkpoint.created_at);
    field("pinned", checkpoint.pinned ? "yes" : "");
    field("tags", joined(checkpoint.tags));
    field("note", checkpoint.note);
    field("loss", checkpoint.loss ? number_text(checkpoint.loss) : "");
    field("metrics", metrics_text(checkpoint.metrics));
    field("size", size_text(checkpoint.nbytes) + " in " +
                      counted(checkpoint.n_leaves, "leaf", "leaves") + ", stored in " +
                      size_text(checkpoint.stored_nbytes));
    if (sharing > 0) {
        field("shared", "with " + counted(sharing, "other checkpoint", "other checkpoints"));
    }
}

void print_tree(const std::vector<LeafInfo>& leaves, std::size_t depth) {
    constexpr auto kRight = Align::right;
    Table table({{"tree"}, {"type"}, {"shape"}, {"size", kRight}, {"stored", kRight}});
    for (const LeafNode& node : leaf_tree(leaves, depth)) {
        const std::string name = std::string(2 * node.depth, ' ') + node.name;
        if (node.leaf == nullptr) {
            table.add({name, counted(node.n_leaves, "leaf", "leaves"), "", size_text(node.nbytes),
                       size_text(node.stored_nbytes)});
        } else {
            const LeafInfo& leaf = *node.leaf;
            table.add({name, leaf.dtype ? std::string(dtype_name(*leaf.dtype)) : leaf.kind,
                       leaf.dtype ? shape_text(leaf.shape) : "", size_text(leaf.nbytes),
                       size_text(leaf.stored_nbytes)});
        }
    }
    table.print(std::cout);
}

/// Checkpoints that share its tree.
std::size_t count_sharing(const Store& store, const CheckpointInfo& checkpoint) {
    std::size_t sharing = 0;
    for (const CheckpointInfo& other : store.checkpoints()) {
        sharing += other.tree_id == checkpoint.tree_id && other.id != checkpoint.id ? 1 : 0;
    }
    return sharing;
}

ExitCode show(const ShowArguments& arguments) {
    const Store store = open_store(arguments);
    const CheckpointInfo checkpoint = arguments.checkpoint.find(store);
    const std::vector<LeafInfo> leaves = store.leaves(checkpoint);
    const std::size_t sharing = count_sharing(store, checkpoint);
    if (!arguments.json) {
        print_fields(checkpoint, sharing);
        std::cout << '\n';
        print_tree(leaves, arguments.depth);
        return ExitCode::ok;
    }
    Json out{{"checkpoint", checkpoint_json(checkpoint)},
             {"others_with_this_tree", sharing},
             {"leaves", Json::array()}};
    for (const LeafInfo& leaf : leaves) out["leaves"].push_back(leaf_json(leaf));
    print_json(std::cout, out);
    return ExitCode::ok;
}

Action declare(CLI::App& app) {
    // Shared because the parser writes to it now and the copyable Action reads it later.
    const auto arguments = std::make_shared<ShowArguments>();
    arguments->declare_in(app);
    arguments->declare_untrusted_in(app);
    arguments->checkpoint.declare_positional_in(app);
    app.add_option("--depth", arguments->depth,
                   "Sum the tree up below this many levels (0: do not)")
        ->check(at_least(0));
    return [arguments] { return show(*arguments); };
}

}  // namespace

const Command kShow{.name = "show",
                    .summary = "Show one checkpoint: its metrics, its sizes and its tree",
                    .usage = "FILE SELECTOR [--depth N] [--run R] [--prefix P] [--json]",
                    .example = "ckptlite show run.db best:eval/loss",
                    .declare = declare};

}  // namespace ckptlite::cli
