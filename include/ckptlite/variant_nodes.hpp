// SPDX-License-Identifier: MIT
// std::variant as a node: a dict with one entry, whose key is the name of the alternative, so that
// alternatives may be added and moved. See tree_node.hpp.
#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "ckptlite/container_nodes.hpp"
#include "ckptlite/enum_nodes.hpp"
#include "ckptlite/tree_node.hpp"
#include "ckptlite/visibility.hpp"

namespace CKPTLITE_API ckptlite {

/// The name of a type as an alternative of a variant; specialise it for a type that has none, or
/// where two have the same:
///
///     template <>
///     inline constexpr std::string_view ckptlite::kAlternativeName<std::vector<float>> = "dense";
///
/// Else a struct has its own name, bool, an integer, a float or a complex number that of its dtype,
/// and other types "none" (std::monostate), "string", "bytes", "tensor", "dict", "list" or "tuple".
template <typename T>
inline constexpr std::string_view kAlternativeName{};

namespace detail {

template <>
struct TreeNode<std::monostate> {
    static Tree save(std::monostate, Level) { return Tree(); }
    static void restore(RestorePlan& plan, const Tree& stored, std::monostate&) {
        plan.node<None>(stored, "none");
    }
};

/// Of an element it is that of its dtype, which constant expressions cannot ask for.
struct AlternativeName {
    std::string_view own{};
    std::optional<DType> dtype{};

    std::string_view text() const { return dtype ? dtype_name(*dtype) : own; }
    constexpr bool empty() const { return own.empty() && !dtype; }
    friend constexpr bool operator==(const AlternativeName&, const AlternativeName&) = default;
};

template <typename T>
consteval AlternativeName alternative_name() {
    if constexpr (!kAlternativeName<T>.empty())
        return {.own = kAlternativeName<T>};
    else if constexpr (TensorLike<T> || std::same_as<T, Tensor>)
        return {.own = "tensor"};
    else if constexpr (Described<T>)
        return {.own = ckptlite_struct(std::type_identity<T>()).name};
    else if constexpr (std::same_as<T, std::monostate>)
        return {.own = "none"};
    else if constexpr (TensorElement<T>)
        return {.dtype = dtype_of<T>()};
    else if constexpr (std::same_as<T, std::string>)
        return {.own = "string"};
    else if constexpr (std::same_as<T, Bytes>)
        return {.own = "bytes"};
    else if constexpr (MapLike<T>)
        return {.own = "dict"};
    else if constexpr (SequenceLike<T>)
        return {.own = "list"};
    else if constexpr (requires { std::tuple_size<T>::value; })
        return {.own = "tuple"};
    else
        return {};
}

/// Every alternative has a name of its own.
template <typename... T>
consteval bool names_differ() {
    constexpr std::array<AlternativeName, sizeof...(T)> kNames{alternative_name<T>()...};
    for (std::size_t i = 0; i < kNames.size(); ++i) {
        if (kNames[i].empty()) return false;
        for (std::size_t j = 0; j < i; ++j)
            if (kNames[i] == kNames[j]) return false;
    }
    return true;
}

template <IsNode... T>
requires(names_differ<T...>() && (std::default_initializable<T> && ...) &&
         (std::movable<T> && ...)) struct TreeNode<std::variant<T...>> {
    using Variant = std::variant<T...>;
    static constexpr std::array<AlternativeName, sizeof...(T)> kNames{alternative_name<T>()...};

    static Tree save(const Variant& value, Level level) {
        Dict dict;
        const auto save_held = [below = level.below()]<typename Held>(const Held& held) {
            return TreeNode<Held>::save(held, below);
        };
        dict[kNames[value.index()].text()] = std::visit(save_held, value);
        return dict;
    }

    static void restore(RestorePlan& plan, const Tree& stored, Variant& target) {
        const Dict* dict = plan.node<Dict>(stored, "dict");
        if (dict == nullptr) return;
        const bool is_one = dict->size() == 1 && !dict->begin()->key.is_integer();
        const std::string name = is_one ? dict->begin()->key.text() : "";
        if (restore_named(plan, *dict, name, target, std::index_sequence_for<T...>())) return;
        std::vector<std::string> names;
        for (const AlternativeName& known : kNames) names.emplace_back(known.text());
        plan.differ("alternative", one_of_text(name, std::move(names)),
                    is_one ? name : std::to_string(dict->size()) + " entries");
    }

private:
    template <std::size_t... i>
    static bool restore_named(RestorePlan& plan, const Dict& dict, const std::string& name,
                              Variant& target, std::index_sequence<i...>) {
        return ((kNames[i].text() == name && (restore_as<i>(plan, *dict.begin(), target), true)) ||
                ...);
    }
    template <std::size_t i>
    static void restore_as(RestorePlan& plan, const DictEntry& entry, Variant& target) {
        using Held = std::variant_alternative_t<i, Variant>;
        const RestorePlan::Step step = plan.to_key(entry.key);
        if (Held* held = std::get_if<i>(&target))
            return TreeNode<Held>::restore(plan, entry.value, *held);
        const auto made = std::make_shared<Held>();
        TreeNode<Held>::restore(plan, entry.value, *made);
        plan.then([made, &target] { target.template emplace<i>(std::move(*made)); });
    }
};

}  // namespace detail
}  // namespace ckptlite
