// SPDX-License-Identifier: MIT
#include "cli/checkpoint_argument.hpp"

#include <algorithm>
#include <iostream>

#include "ckptlite/error.hpp"
#include "ckptlite/nearest.hpp"
#include "ckptlite/selector.hpp"
#include "cli/output.hpp"

namespace ckptlite::cli {
namespace {

constexpr const char* kSelectors = "Which checkpoint: latest, 300, best:eval/loss, run@latest, ...";

Selector selector_of(const CheckpointArgument& argument) {
    if (!argument.step) return Selector::parse(argument.selector);
    return {.kind = Selector::Kind::step, .number = *argument.step};
}

/// All that have the step that was asked for; none if it was not asked for by its step.
std::vector<CheckpointInfo> of_equal_step(const Store& store, const Selector& wanted,
                                          const CheckpointInfo& found, CheckpointFilter filter) {
    const bool by_step =
        wanted.kind == Selector::Kind::latest || wanted.kind == Selector::Kind::step;
    if (!by_step) return {};
    if (wanted.run) filter.run = wanted.run;
    filter.step = found.step;
    return store.checkpoints(filter);
}

std::string several_text(std::size_t n, const CheckpointInfo& found) {
    return std::to_string(n) + " checkpoints have step " + std::to_string(found.step);
}

}  // namespace

void declare_filter_in(CLI::App& app, CheckpointFilter& filter) {
    app.add_option("--run", filter.run, "Only this run");
    app.add_option("--prefix", filter.prefix, "Only this prefix");
}

std::vector<LeafInfo> leaves_of(const Store& store, const CheckpointInfo& checkpoint,
                                const std::optional<std::string>& pattern) {
    return pattern ? store.leaves(checkpoint, *pattern) : store.leaves(checkpoint);
}

void declare_pattern_in(CLI::App& app, std::optional<std::string>& pattern) {
    app.add_option("PATTERN", pattern,
                   "Leaves with this path; * is any characters of a token, ** any tokens");
}

void require_run(const Store& store, const std::string& run) {
    std::vector<std::string> names;
    for (const RunInfo& there : store.runs()) {
        if (there.name == run) return;
        names.push_back(there.name);
    }
    throw NotFound("there is no such run; " + nearest_text(run, std::move(names)),
                   {.file = store.file().string(), .run = run});
}

void CheckpointArgument::declare_options_in(CLI::App& app) {
    CLI::Option* const at = app.add_option("--at", selector, std::string(kSelectors) + " (latest)");
    app.add_option("--step", step, "The checkpoint of this step")->excludes(at);
    declare_filter_in(app, filter);
}

void CheckpointArgument::declare_positional_in(CLI::App& app) {
    app.add_option("SELECTOR", selector, kSelectors)->required();
    declare_filter_in(app, filter);
}

CheckpointInfo CheckpointArgument::find(const Store& store) const {
    const Selector wanted = selector_of(*this);
    CheckpointInfo found = store.find(wanted, filter);
    const auto equal = of_equal_step(store, wanted, found, filter);
    // The best of a run is often also its latest: then it does not matter which one this is.
    const bool differ = std::any_of(equal.begin(), equal.end(), [&](const CheckpointInfo& other) {
        return other.run != found.run || other.tree_id != found.tree_id;
    });
    if (differ) {
        std::cerr << "ckptlite: " << several_text(equal.size(), found) << "; this is run '"
                  << printable(found.run) << "', prefix '" << printable(found.prefix)
                  << "'; choose with --run and --prefix\n";
    }
    return found;
}

CheckpointInfo CheckpointArgument::find_only(const Store& store) const {
    const Selector wanted = selector_of(*this);
    CheckpointInfo found = store.find(wanted, filter);
    const auto equal = of_equal_step(store, wanted, found, filter);
    if (equal.size() > 1) {
        throw InvalidArgument(several_text(equal.size(), found) +
                                  "; say which with --run and --prefix, or as id:N, which "
                                  "`ckptlite ls --json` shows",
                              {.file = store.file().string()});
    }
    return found;
}

}  // namespace ckptlite::cli
