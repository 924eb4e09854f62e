// SPDX-License-Identifier: MIT
// Restores the objects of a program from a checkpoint of a file, into the memory they have: there
// is never a second copy of a tensor. Threading as for Store::load_into.
#pragma once

#include <functional>
#include <string_view>
#include <type_traits>

#include "ckptlite/records.hpp"
#include "ckptlite/restore_plan.hpp"
#include "ckptlite/store.hpp"
#include "ckptlite/struct_tree.hpp"
#include "ckptlite/visibility.hpp"

namespace CKPTLITE_API ckptlite {

namespace detail {

using MakePlan = std::function<void(RestorePlan& plan, const Tree& stored)>;

/// Carries out the plan that `make_plan` makes of what is stored at `path`.
void restore_from_store(const Store& store, const CheckpointInfo& checkpoint, std::string_view path,
                        const MakePlan& make_plan);

}  // namespace detail

/// As restore_into() of a tree, from the checkpoint, or from the part of it at `path`, such as
/// "/model_params". Throws TypeError that lists every difference; NotFound if the checkpoint or the
/// path is not there; and what Store::load_into throws. Nothing has changed then, but after Corrupt
/// or IoError the tensors may hold anything.
template <TreeObject T>
requires(!std::is_const_v<T>) void restore_into(const Store& store,
                                                const CheckpointInfo& checkpoint, T& object,
                                                std::string_view path = "") {
    detail::restore_from_store(store, checkpoint, path,
                               [&](detail::RestorePlan& plan, const Tree& stored) {
                                   detail::TreeNode<T>::restore(plan, stored, object);
                               });
}

}  // namespace ckptlite
