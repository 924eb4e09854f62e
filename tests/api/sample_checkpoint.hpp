// SPDX-License-Identifier: MIT
// Small checkpoints to test with: each step's differs, and owns its memory.
#pragma once

#include <cstdint>

#include "ckptlite/checkpoint.hpp"

namespace ckptlite::test {

/// One float32 tensor of two elements that say the step.
inline Tree weights(std::int64_t step) {
    const auto first = static_cast<float>(step);
    return Dict{{"w", Tensor::own<float>({first, first + 0.5F}, {2})}};
}

inline Tree adam_state(std::int64_t step) {
    return NamedTuple{.type = "AdamState",
                      .fields = {{"count", Tree(step)}, {"mu", weights(-step)}}};
}

inline Summary sample_summary(std::int64_t step, Metrics metrics = {}) {
    Summary summary;
    summary.model_params = weights(step);
    summary.model_state = Dict{{"seed", Tree(7)}, {"empty", None()}};
    summary.optimizer_state = adam_state(step);
    summary.grads = weights(step + 1000);
    summary.loss = 0.25;
    summary.n_completed_steps = 50;
    summary.elapsed_time = 1.5;
    summary.step = step;
    summary.metrics = std::move(metrics);
    return summary;
}

inline Summary with_eval_loss(std::int64_t step, double loss) {
    return sample_summary(step, {{"eval", {{"loss", loss}}}});
}

/// Without metrics.
inline Checkpoint sample_checkpoint(std::int64_t step) {
    return sample_summary(step);
}

/// What a program that has these trees starts from.
inline CheckpointFile sample_initializer() {
    return {.model_params = weights(0),
            .model_state = Dict{{"seed", Tree(0)}, {"empty", None()}},
            .optimizer_state = adam_state(0)};
}

/// The format cannot hold it: a key that is not UTF-8.
inline Tree impossible_tree() {
    return Dict{{"\xff", Tree(1)}};
}

}  // namespace ckptlite::test
