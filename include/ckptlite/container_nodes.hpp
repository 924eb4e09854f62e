// SPDX-License-Identifier: MIT
// Containers as nodes: sequences and arrays are lists, maps dicts, pairs and tuples tuples;
// optional and unique_ptr are none or what they hold. Any sequence or map that looks like the
// standard's is taken. A container that is empty takes what is stored; another one must have as
// many items, or the same keys. See tree_node.hpp.
#pragma once

#include <algorithm>
#include <array>
#include <concepts>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "ckptlite/tree_node.hpp"
#include "ckptlite/value_nodes.hpp"
#include "ckptlite/visibility.hpp"

namespace CKPTLITE_API ckptlite {
namespace detail {

template <typename T>
concept OtherContainer =
    !TensorLike<T> && !Described<T> && !std::same_as<T, std::string> && !std::same_as<T, Bytes>;

template <typename T>
concept Keyed = requires {
    typename T::key_type;
};

template <typename T>
concept MapLike = OtherContainer<T> && Keyed<T> && std::default_initializable<T> &&
    requires(T& map) {
    typename T::mapped_type;
    map.try_emplace(map.begin()->first);
    map.find(map.begin()->first);
};

template <typename T>
concept SequenceLike = OtherContainer<T> && !Keyed<T> && requires(T & sequence, std::size_t n) {
    { *sequence.begin() } -> std::same_as<typename T::value_type&>;
    T(n);
};

template <typename T>
concept MapKey = std::same_as<T, std::string> ||(std::integral<T> && !std::same_as<T, bool>);

/// What may be none.
template <typename T>
inline constexpr bool kIsNullable = std::same_as<T, Tree> || std::same_as<T, std::monostate>;
template <typename T>
inline constexpr bool kIsNullable<std::optional<T>> = true;
template <typename T>
inline constexpr bool kIsNullable<std::unique_ptr<T>> = true;

template <typename Sequence>
List save_items(const Sequence& sequence, Level level) {
    using Item = std::remove_cvref_t<decltype(*std::begin(sequence))>;
    List list;
    for (const Item& item : sequence)
        list.items.push_back(TreeNode<Item>::save(item, level.below()));
    return list;
}

/// Items that exist.
template <typename Sequence>
void restore_items(RestorePlan& plan, const List& stored, Sequence& target) {
    std::size_t i = 0;
    for (auto& item : target) {
        const RestorePlan::Step step = plan.to_item(i);
        if (i < stored.items.size())
            TreeNode<std::remove_cvref_t<decltype(item)>>::restore(plan, stored.items[i], item);
        else
            plan.missing();
        ++i;
    }
    for (; i < stored.items.size(); ++i) {
        const RestorePlan::Step step = plan.to_item(i);
        plan.unexpected();
    }
}

template <SequenceLike T>
requires(IsNode<typename T::value_type>&&
             std::default_initializable<typename T::value_type>) struct TreeNode<T> {
    static Tree save(const T& value, Level level) { return save_items(value, level); }
    static void restore(RestorePlan& plan, const Tree& stored, T& target) {
        const List* list = plan.node<List>(stored, "list");
        if (list == nullptr) return;
        if (!target.empty() || list->items.empty()) return restore_items(plan, *list, target);
        const auto made = std::make_shared<T>(list->items.size());
        restore_items(plan, *list, *made);
        plan.then([made, &target] { target = std::move(*made); });
    }
};

/// std::array and arrays, of what are no elements of tensors.
template <typename T>
struct FixedList {
    static Tree save(const T& value, Level level) { return save_items(value, level); }
    static void restore(RestorePlan& plan, const Tree& stored, T& target) {
        if (const List* list = plan.node<List>(stored, "list")) restore_items(plan, *list, target);
    }
};

template <typename T, std::size_t n>
requires(IsNode<T> && !TensorLike<std::array<T, n>>) struct TreeNode<std::array<T, n>>
    : FixedList<std::array<T, n>> {
};

template <typename T, std::size_t n>
requires(IsNode<T> && !TensorLike<T[n]>) struct TreeNode<T[n]> : FixedList<T[n]> {
};

template <MapLike T>
requires(MapKey<typename T::key_type>&& IsNode<typename T::mapped_type>&&
             std::default_initializable<typename T::mapped_type>) struct TreeNode<T> {
    using K = typename T::key_type;
    using Value = typename T::mapped_type;

    static Tree save(const T& value, Level level) {
        std::vector<std::pair<Key, const Value*>> entries;
        for (const auto& [key, item] : value) entries.emplace_back(key, &item);
        std::ranges::sort(entries, {}, &std::pair<Key, const Value*>::first);
        Dict dict;
        for (const auto& [key, item] : entries)
            dict[key] = TreeNode<Value>::save(*item, level.below());
        return dict;
    }
    static void restore(RestorePlan& plan, const Tree& stored, T& target) {
        const Dict* dict = plan.node<Dict>(stored, "dict");
        if (dict == nullptr) return;
        if (!target.empty() || dict->empty()) return restore_entries(plan, *dict, target);
        const auto made = std::make_shared<T>();
        for (const DictEntry& entry : *dict)
            if (const auto key = key_of(entry.key)) made->try_emplace(*key);
        restore_entries(plan, *dict, *made);
        plan.then([made, &target] { target = std::move(*made); });
    }

private:
    /// Nothing if it is no key of this map.
    static std::optional<K> key_of(const Key& key) {
        if constexpr (std::same_as<K, std::string>)
            return key.is_integer() ? std::nullopt : std::optional(key.text());
        else
            return key.is_integer() ? to_integer<K>(key.integer()) : std::nullopt;
    }
    static void restore_entries(RestorePlan& plan, const Dict& dict, T& target) {
        for (const DictEntry& entry : dict) {
            const RestorePlan::Step step = plan.to_key(entry.key);
            const auto key = key_of(entry.key);
            const auto found = key ? target.find(*key) : target.end();
            if (found == target.end())
                plan.unexpected();
            else
                TreeNode<Value>::restore(plan, entry.value, found->second);
        }
        for (const auto& [key, item] : target) {
            if (dict.find(Key(key)) != nullptr) continue;
            const RestorePlan::Step step = plan.to_key(Key(key));
            plan.missing();
        }
    }
};

/// std::pair and std::tuple.
template <typename T>
struct TupleNode {
    static Tree save(const T& value, Level level) {
        Tuple tuple;
        const auto save_item = [&tuple, level]<typename Item>(const Item& item) {
            tuple.items.push_back(TreeNode<Item>::save(item, level.below()));
        };
        std::apply([&](const auto&... items) { (save_item(items), ...); }, value);
        return tuple;
    }
    static void restore(RestorePlan& plan, const Tree& stored, T& target) {
        const Tuple* tuple = plan.node<Tuple>(stored, "tuple");
        if (tuple == nullptr) return;
        std::size_t i = 0;
        const auto restore_item = [&]<typename Item>(Item& item) {
            const RestorePlan::Step step = plan.to_item(i);
            if (i < tuple->items.size())
                TreeNode<Item>::restore(plan, tuple->items[i], item);
            else
                plan.missing();
            ++i;
        };
        std::apply([&](auto&... items) { (restore_item(items), ...); }, target);
        for (; i < tuple->items.size(); ++i) {
            const RestorePlan::Step step = plan.to_item(i);
            plan.unexpected();
        }
    }
};

template <IsNode A, IsNode B>
struct TreeNode<std::pair<A, B>> : TupleNode<std::pair<A, B>> {};

template <IsNode... T>
struct TreeNode<std::tuple<T...>> : TupleNode<std::tuple<T...>> {};

template <IsNode T>
requires(std::default_initializable<T>&& std::movable<T> &&
         !kIsNullable<T>) struct TreeNode<std::optional<T>> {
    static Tree save(const std::optional<T>& value, Level level) {
        return value ? TreeNode<T>::save(*value, level) : Tree();
    }
    static void restore(RestorePlan& plan, const Tree& stored, std::optional<T>& target) {
        if (stored.is_none()) return plan.then([&target] { target.reset(); });
        if (target) return TreeNode<T>::restore(plan, stored, *target);
        const auto made = std::make_shared<T>();
        TreeNode<T>::restore(plan, stored, *made);
        plan.then([made, &target] { target.emplace(std::move(*made)); });
    }
};

template <IsNode T>
requires(std::default_initializable<T> && !kIsNullable<T>) struct TreeNode<std::unique_ptr<T>> {
    static Tree save(const std::unique_ptr<T>& value, Level level) {
        return value ? TreeNode<T>::save(*value, level) : Tree();
    }
    static void restore(RestorePlan& plan, const Tree& stored, std::unique_ptr<T>& target) {
        if (stored.is_none()) return plan.then([&target] { target.reset(); });
        if (target) return TreeNode<T>::restore(plan, stored, *target);
        const auto made = std::make_shared<std::unique_ptr<T>>(std::make_unique<T>());
        TreeNode<T>::restore(plan, stored, **made);
        plan.then([made, &target] { target = std::move(*made); });
    }
};

}  // namespace detail
}  // namespace ckptlite
