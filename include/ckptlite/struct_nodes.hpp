// SPDX-License-Identifier: MIT
// Structs that CKPTLITE_TREE describes, as nodes. See tree_node.hpp.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "ckptlite/tree_node.hpp"
#include "ckptlite/visibility.hpp"

namespace CKPTLITE_API ckptlite {
namespace detail {

template <Described T>
requires(!TensorLike<T>) struct TreeNode<T> {
    static constexpr StructInfo kInfo = ckptlite_struct(std::type_identity<T>());

    static Tree save(const T& value, Level level) {
        NamedTuple node{.type = std::string(kInfo.name), .fields = {}};
        auto visit = [&]<typename M>(std::string_view name, const M& member) {
            static_assert(IsNode<M>, "ckptlite cannot store a member of this type");
            node.fields.push_back({std::string(name), TreeNode<M>::save(member, level.below())});
        };
        ckptlite_members(std::type_identity<T>(), value, visit);
        if (kInfo.form == StructForm::namedtuple) return node;
        Dict dict;
        for (NamedTupleField& field : node.fields) dict[field.name] = std::move(field.value);
        return dict;
    }

    static void restore(RestorePlan& plan, const Tree& stored, T& target) {
        if (kInfo.form == StructForm::namedtuple)
            restore_namedtuple(plan, stored, target);
        else
            restore_dict(plan, stored, target);
    }

private:
    /// Returns their names; find(name) gives the stored child or nullptr.
    template <typename Find>
    static std::vector<std::string_view> restore_members(RestorePlan& plan, T& target, Find find) {
        std::vector<std::string_view> names;
        auto visit = [&]<typename M>(std::string_view name, M& member) {
            const RestorePlan::Step step =
                kInfo.form == StructForm::dict ? plan.to_key(Key(name)) : plan.to_field(name);
            names.push_back(name);
            const Tree* child = find(name);
            if (child == nullptr)
                plan.missing();
            else
                TreeNode<M>::restore(plan, *child, member);
        };
        ckptlite_members(std::type_identity<T>(), target, visit);
        return names;
    }

    static void restore_namedtuple(RestorePlan& plan, const Tree& stored, T& target) {
        const auto* node = plan.node<NamedTuple>(stored, "namedtuple");
        if (node == nullptr) return;
        if (node->type != kInfo.name) plan.differ("type", kInfo.name, node->type);
        const auto names = restore_members(plan, target, [&](std::string_view name) -> const Tree* {
            for (const NamedTupleField& field : node->fields)
                if (field.name == name) return &field.value;
            return nullptr;
        });
        for (const NamedTupleField& field : node->fields) {
            if (std::find(names.begin(), names.end(), field.name) != names.end()) continue;
            const RestorePlan::Step step = plan.to_field(field.name);
            plan.unexpected();
        }
    }
    static void restore_dict(RestorePlan& plan, const Tree& stored, T& target) {
        const auto* node = plan.node<Dict>(stored, "dict");
        if (node == nullptr) return;
        const auto names = restore_members(
            plan, target, [&](std::string_view name) { return node->find(Key(name)); });
        for (const DictEntry& entry : *node) {
            if (!entry.key.is_integer() &&
                std::find(names.begin(), names.end(), entry.key.text()) != names.end())
                continue;
            const RestorePlan::Step step = plan.to_key(entry.key);
            plan.unexpected();
        }
    }
};

}  // namespace detail
}  // namespace ckptlite
