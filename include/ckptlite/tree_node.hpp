// SPDX-License-Identifier: MIT
// How a C++ type is a node of a tree: one template for saving and restoring. Its specialisations
// are in tensor_nodes.hpp, value_nodes.hpp, enum_nodes.hpp, struct_nodes.hpp and
// container_nodes.hpp; docs/STRUCTS.md has the rules. For to_tree() and restore_into() in
// struct_tree.hpp.
//
// All of them are pure functions, but for the plan that they write to: one thread a plan.
#pragma once

#include <concepts>
#include <type_traits>

#include "ckptlite/describe.hpp"
#include "ckptlite/dtype.hpp"
#include "ckptlite/restore_plan.hpp"
#include "ckptlite/tensor_traits.hpp"
#include "ckptlite/tree.hpp"
#include "ckptlite/visibility.hpp"

namespace CKPTLITE_API ckptlite {
namespace detail {

/// Specialisations have
///     static Tree save(const T&, Level);                             // borrows tensors
///     static void restore(RestorePlan&, const Tree& stored, T&);     // changes the plan alone
template <typename T>
struct TreeNode {};

template <typename T>
concept IsNode = requires(const T& value, T& target, RestorePlan& plan, const Tree& stored) {
    { TreeNode<T>::save(value, Level()) } -> std::same_as<Tree>;
    TreeNode<T>::restore(plan, stored, target);
};

template <typename T>
concept Described = requires {
    { ckptlite_struct(std::type_identity<T>()) } -> std::same_as<StructInfo>;
};

}  // namespace detail
}  // namespace ckptlite
