// SPDX-License-Identifier: MIT
// The arguments by which a command is told which checkpoint it is about. `this` must outlive the
// parsing; use from the thread that uses the store.
#pragma once

#include <CLI/CLI.hpp>
#include <optional>
#include <string>
#include <vector>

#include "ckptlite/store.hpp"

namespace ckptlite::cli {

/// Adds --run and --prefix.
void declare_filter_in(CLI::App& app, CheckpointFilter& filter);

/// Adds PATTERN, which may be left out.
void declare_pattern_in(CLI::App& app, std::optional<std::string>& pattern);

/// Those that match, or all of them. Throws NotFound if none matches.
std::vector<LeafInfo> leaves_of(const Store& store, const CheckpointInfo& checkpoint,
                                const std::optional<std::string>& pattern);

/// Throws NotFound that names the runs there are.
void require_run(const Store& store, const std::string& run);

struct CheckpointArgument {
    std::string selector = "latest";
    std::optional<std::int64_t> step{};
    CheckpointFilter filter{};

    /// Adds --at, --step, --run and --prefix.
    void declare_options_in(CLI::App& app);
    /// Adds SELECTOR, --run and --prefix.
    void declare_positional_in(CLI::App& app);

    /// Throws what Store::find throws. If several checkpoints have the step that was asked for and
    /// are not of one run and tree, stderr says which one this is.
    CheckpointInfo find(const Store& store) const;
    /// The same for commands that change it: throws InvalidArgument if several have that step.
    CheckpointInfo find_only(const Store& store) const;
};

}  // namespace ckptlite::cli
