// SPDX-License-Identifier: MIT
#include "ckptlite/checkpoint.hpp"

#include <utility>

namespace ckptlite {
namespace {

template <typename T>
void replace_if_given(T& field, std::optional<T>& update) {
    if (update) field = std::move(*update);
}

}  // namespace

CheckpointFile CheckpointFile::replace(Updates updates) const {
    CheckpointFile replaced = *this;
    replace_if_given(replaced.model_params, updates.model_params);
    replace_if_given(replaced.model_state, updates.model_state);
    replace_if_given(replaced.optimizer_state, updates.optimizer_state);
    replace_if_given(replaced.step, updates.step);
    replace_if_given(replaced.metrics, updates.metrics);
    replace_if_given(replaced.version, updates.version);
    return replaced;
}

}  // namespace ckptlite
