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

struct LeavesArguments : CommonArguments {
    CheckpointArgument checkpoint{};
    std::optional<std::string> pattern{};
};

void print_leaves(const CheckpointInfo& checkpoint, const std::vector<LeafInfo>& leaves) {
    std::cout << printable(checkpoint_name(checkpoint)) << ": "
              << counted(leaves.size(), "leaf", "leaves") << ", " << size_text(checkpoint.nbytes)
              << ", stored in " << size_text(checkpoint.stored_nbytes) << '\n';
    constexpr auto kRight = Align::right;
    Table table({{"path"},
                 {"type"},
                 {"shape"},
                 {"size", kRight},
                 {"stored", kRight},
                 {"min", kRight},
                 {"max", kRight},
                 {"mean", kRight},
                 {"norm", kRight},
                 {"nan", kRight},
                 {"inf", kRight}});
    for (const LeafInfo& leaf : leaves) {
        const LeafStatistics& statistics = leaf.statistics;
        table.add({leaf.path, leaf.dtype ? std::string(dtype_name(*leaf.dtype)) : leaf.kind,
                   leaf.dtype ? shape_text(leaf.shape) : "-", size_text(leaf.nbytes),
                   size_text(leaf.stored_nbytes), number_text(statistics.min),
                   number_text(statistics.max), number_text(statistics.mean),
                   number_text(statistics.norm), std::to_string(statistics.nan_count),
                   std::to_string(statistics.inf_count)});
    }
    table.print(std::cout);
}

ExitCode list_leaves(const LeavesArguments& arguments) {
    const Store store = open_store(arguments);
    const CheckpointInfo checkpoint = arguments.checkpoint.find(store);
    const std::vector<LeafInfo> leaves = leaves_of(store, checkpoint, arguments.pattern);
    if (!arguments.json) {
        print_leaves(checkpoint, leaves);
        return ExitCode::ok;
    }
    Json out{{"checkpoint", checkpoint_json(checkpoint)}, {"leaves", Json::array()}};
    for (const LeafInfo& leaf : leaves) out["leaves"].push_back(leaf_json(leaf));
    print_json(std::cout, out);
    return ExitCode::ok;
}

Action declare(CLI::App& app) {
    // Shared because the parser writes to it now and the copyable Action reads it later.
    const auto arguments = std::make_shared<LeavesArguments>();
    arguments->declare_in(app);
    arguments->declare_untrusted_in(app);
    declare_pattern_in(app, arguments->pattern);
    arguments->checkpoint.declare_options_in(app);
    return [arguments] { return list_leaves(*arguments); };
}

}  // namespace

const Command kLeaves{
    .name = "leaves",
    .summary = "List the leaves of a checkpoint, with sizes and statistics",
    .usage = "FILE [PATTERN] [--at SELECTOR|--step N] [--run R] [--prefix P] [--json]",
    .example = "ckptlite leaves run.db '/model_params/**' --at best:eval/loss",
    .declare = declare};

}  // namespace ckptlite::cli
