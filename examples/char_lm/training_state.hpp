// SPDX-License-Identifier: MIT
// All that a run needs to go on as if nothing had happened, and its way into a checkpoint and back:
// weights, Adam's moments, and the random generator that picks the training windows.
//
// Checkpoints borrow the state's memory: nothing is copied, and the state has to live, unchanged,
// for as long as such a checkpoint is in use.
#pragma once

#include <cstdint>
#include <span>

#include "adam.hpp"
#include "ckptlite/checkpoint.hpp"
#include "model.hpp"
#include "random.hpp"

namespace char_lm {

struct TrainingState {
    TrainingState(const Layout& layout, std::uint64_t seed)
        : random{seed}, parameters(random_parameters(layout, random)), adam(layout) {}

    std::int64_t step() const noexcept { return adam.count; }

    SplitMix64 random;
    Parameters parameters;
    AdamState adam;
};

/// Borrows from both. The vocabulary is part of the model: a token means nothing without it.
ckptlite::CheckpointFile to_checkpoint(const TrainingState& state,
                                       std::span<const std::uint8_t> vocabulary);

/// Copies the arrays of a checkpoint that fits into the state.
void restore(const ckptlite::CheckpointFile& checkpoint, TrainingState& state);

/// The vocabulary the checkpoint was trained with. Throws ckptlite::NotFound or TypeError if it
/// is not one of this program's.
std::span<const std::uint8_t> vocabulary_of(const ckptlite::CheckpointFile& checkpoint);

}  // namespace char_lm
