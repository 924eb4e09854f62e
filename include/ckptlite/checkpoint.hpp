// SPDX-License-Identifier: MIT
// The values that writers take and readers return: Checkpoint, Summary and CheckpointFile, as in
// the Python package flax_extra.checkpoint. Plain values without invariants; trees may borrow
// their tensors (see tensor.hpp for who outlives whom).
#pragma once

#include <cstdint>
#include <optional>

#include "ckptlite/metrics.hpp"
#include "ckptlite/tree.hpp"
#include "ckptlite/visibility.hpp"

namespace CKPTLITE_API ckptlite {

/// The training state at a step that recurs, such as the end of an epoch.
struct Checkpoint {
    Tree model_params{};
    Tree model_state{};
    Tree optimizer_state{};
    Tree grads{};
    double loss = 0;
    std::int64_t n_completed_steps = 0;  ///< since the previous checkpoint
    double elapsed_time = 0;             ///< seconds since the previous checkpoint
    std::int64_t step = 0;
};

/// A checkpoint with its metrics.
struct Summary : Checkpoint {
    Metrics metrics{};
};

/// What is stored of a checkpoint and comes back.
struct CheckpointFile {
    Tree model_params{};
    Tree model_state{};
    Tree optimizer_state{};
    std::int64_t step = 0;
    Metrics metrics{};
    /// The layout of the trees, in your own counting; readers refuse a newer one than they expect.
    std::int64_t version = 0;

    /// Fields to be replaced; empty ones stay.
    struct Updates {
        std::optional<Tree> model_params{};
        std::optional<Tree> model_state{};
        std::optional<Tree> optimizer_state{};
        std::optional<std::int64_t> step{};
        std::optional<Metrics> metrics{};
        std::optional<std::int64_t> version{};
    };

    /// A copy with some fields replaced: `file.replace({.step = 7})`.
    CheckpointFile replace(Updates updates) const;
};

}  // namespace ckptlite
