// SPDX-License-Identifier: MIT
// Enumerations as nodes: by name if CKPTLITE_ENUM names the enumerators, else by value.
// See tree_node.hpp.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "ckptlite/error.hpp"
#include "ckptlite/nearest.hpp"
#include "ckptlite/tree_node.hpp"
#include "ckptlite/value_nodes.hpp"
#include "ckptlite/visibility.hpp"

namespace CKPTLITE_API ckptlite {
namespace detail {

template <typename T>
concept NamedEnum = std::is_enum_v<T> && requires {
    ckptlite_enumerators(std::type_identity<T>());
};

/// By value; see CKPTLITE_ENUM.
template <typename T>
requires(std::is_enum_v<T> && !NamedEnum<T> && !TensorElement<T>) struct TreeNode<T> {
    using Integer = std::underlying_type_t<T>;

    // The + makes an int of a bool.
    static Tree save(T value, Level) { return +static_cast<Integer>(value); }
    static void restore(RestorePlan& plan, const Tree& stored, T& target) {
        const auto* number = plan.scalar<std::int64_t>(stored, "int");
        if (number == nullptr) return;
        const auto integer = to_integer<Integer>(*number);
        if (!integer)
            return plan.differ("value", "one of the enumeration", std::to_string(*number));
        plan.then([&target, value = static_cast<T>(*integer)] { target = value; });
    }
};

/// "one of adam, sgd", those most like `name` first.
inline std::string one_of_text(const std::string& name, std::vector<std::string> known) {
    std::string text;
    for (const std::string& each : nearest_first(name, std::move(known)))
        text += (text.empty() ? "one of " : ", ") + each;
    return text;
}

template <NamedEnum T>
struct TreeNode<T> {
    static constexpr auto kEnumerators = ckptlite_enumerators(std::type_identity<T>());

    static Tree save(T value, Level) {
        for (const auto& [name, enumerator] : kEnumerators)
            if (enumerator == value) return std::string(name);
        throw InvalidArgument("An enumeration has the value " +
                              std::to_string(static_cast<std::underlying_type_t<T>>(value)) +
                              ", which CKPTLITE_ENUM gives no name.");
    }
    static void restore(RestorePlan& plan, const Tree& stored, T& target) {
        const auto* stored_name = plan.scalar<std::string>(stored, "string");
        if (stored_name == nullptr) return;
        std::vector<std::string> names;
        for (const auto& [name, enumerator] : kEnumerators) {
            if (name == *stored_name)
                return plan.then([&target, value = enumerator] { target = value; });
            names.emplace_back(name);
        }
        plan.differ("value", one_of_text(*stored_name, std::move(names)), *stored_name);
    }
};

}  // namespace detail
}  // namespace ckptlite
