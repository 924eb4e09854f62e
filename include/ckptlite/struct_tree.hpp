// SPDX-License-Identifier: MIT
// Objects of a program as trees, and back: structs that CKPTLITE_TREE describes, the containers of
// the standard library, and tensors of any type that TensorTraits knows. docs/STRUCTS.md has the
// rules. restore.hpp restores from a file, into the same memory.
//
// Pure functions; distinct objects may be used from distinct threads.
#pragma once

#include <type_traits>

#include "ckptlite/container_nodes.hpp"
#include "ckptlite/enum_nodes.hpp"
#include "ckptlite/restore_plan.hpp"
#include "ckptlite/struct_nodes.hpp"
#include "ckptlite/tensor_nodes.hpp"
#include "ckptlite/tree.hpp"
#include "ckptlite/value_nodes.hpp"
#include "ckptlite/variant_nodes.hpp"
#include "ckptlite/visibility.hpp"

namespace CKPTLITE_API ckptlite {

/// What to_tree() and restore_into() take.
template <typename T>
concept TreeObject = detail::IsNode<std::remove_cv_t<T>>;

/// The object as a tree that borrows its tensors: no element is copied (but the bits of a
/// std::vector<bool>), and the object must live, unchanged, for as long as the tree is used.
/// Throws InvalidArgument for more levels than can be stored, and for an enumerator or an integer
/// key that cannot.
template <TreeObject T>
Tree to_tree(const T& object) {
    return detail::TreeNode<T>::save(object, {});
}
/// A tree that borrows from a temporary would be of no use.
template <TreeObject T>
Tree to_tree(const T&& object) = delete;

/// Makes the object equal to the one whose tree this is. Tensors are filled in the memory they
/// have; containers, vectors of elements among them, take what is stored if they are empty, and
/// else have to have as many items, or the same keys. Throws TypeError that lists every difference,
/// and has then changed nothing.
template <TreeObject T>
requires(!std::is_const_v<T>) void restore_into(const Tree& tree, T& object) {
    detail::restore_from_tree(
        tree, [&](detail::RestorePlan& plan) { detail::TreeNode<T>::restore(plan, tree, object); });
}

}  // namespace ckptlite
