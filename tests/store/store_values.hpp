// SPDX-License-Identifier: MIT
// Small values for tests of the store: tensors and trees that are functions of their arguments, so
// that what comes back can be compared with what must have gone in. Safe from any thread.
#pragma once

#include <cstdint>
#include <cstring>
#include <filesystem>
#include <random>
#include <string>
#include <vector>

#include "ckptlite/store.hpp"

namespace ckptlite::test {

/// Floats around zero, as weights are; the same seed, the same tensor.
inline Tensor weights(std::uint64_t seed, std::size_t rows, std::size_t columns = 1) {
    std::mt19937_64 random(seed);
    std::vector<float> values(rows * columns);
    for (float& value : values) {
        value = (static_cast<float>(random() >> 40) / 16'777'216.0F - 0.5F) * 0.1F;
    }
    return Tensor::own(std::move(values),
                       {static_cast<std::int64_t>(rows), static_cast<std::int64_t>(columns)});
}

/// Two tensors of about `nbytes` together, and the step as a scalar.
inline Tree state_at(std::int64_t step, std::size_t nbytes = 40'000) {
    const auto seed = static_cast<std::uint64_t>(step);
    const std::size_t rows = nbytes / 2 / sizeof(float) / 16;
    return Dict{{"kernel", weights(2 * seed, rows, 16)},
                {"moment", weights(2 * seed + 1, rows, 16)},
                {"step", step}};
}

/// A small tree that differs from step to step, saved with these metrics.
inline CheckpointInfo save_step(Store& store, std::int64_t step, SaveOptions options = {}) {
    options.step = step;
    return store.save(Dict{{"w", static_cast<double>(step)}}, options);
}

inline std::vector<std::int64_t> steps_of(const std::vector<CheckpointInfo>& checkpoints) {
    std::vector<std::int64_t> steps;
    for (const CheckpointInfo& checkpoint : checkpoints) steps.push_back(checkpoint.step);
    return steps;
}

inline const MetricName kLoss{"eval", "loss"};
inline Metrics loss_of(double value) {
    return {{"eval", {{"loss", value}}}};
}

}  // namespace ckptlite::test
