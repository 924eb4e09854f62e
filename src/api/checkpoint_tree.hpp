// SPDX-License-Identifier: MIT
// The one tree that is stored of a checkpoint: a dict of model_params, model_state, optimizer_state
// and, if asked for, grads. Pure functions; any thread. Trees share the tensors they are made from.
#pragma once

#include "ckptlite/checkpoint.hpp"
#include "ckptlite/records.hpp"

namespace ckptlite::detail {

Tree checkpoint_tree(const Checkpoint& checkpoint, bool with_grads);

/// What checkpoint_tree has stored, back in its fields, grads left out. Throws TypeError if the
/// tree is not of this form.
CheckpointFile checkpoint_file(const Tree& stored, const CheckpointInfo& info);

/// Every way in which `stored` does not fit `expected`, grads aside; see ckptlite::differences.
std::vector<std::string> checkpoint_differences(const CheckpointFile& expected, const Tree& stored);

}  // namespace ckptlite::detail
