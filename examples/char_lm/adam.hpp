// SPDX-License-Identifier: MIT
// The Adam optimizer (Kingma and Ba 2015). Its state is saved with every checkpoint: a run resumed
// without it would take other steps.
#pragma once

#include <cstdint>

#include "model.hpp"

namespace char_lm {

struct AdamState {
    explicit AdamState(const Layout& layout) : mu(layout), nu(layout) {}

    std::int64_t count = 0;  ///< steps taken
    Parameters mu;           ///< moving mean of the gradients
    Parameters nu;           ///< moving mean of their squares
};

/// One step. The learning rate falls with the count alone, never with how many steps were asked
/// for, so that it does not matter in how many parts a run is trained.
void adam_step(const Parameters& gradients, AdamState& state, Parameters& parameters);

}  // namespace char_lm
