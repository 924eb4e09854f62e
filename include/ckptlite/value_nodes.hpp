// SPDX-License-Identifier: MIT
// Plain values as nodes: bool, integers, floats and complex numbers are scalars of a tree, a
// std::string is a string and Bytes are bytes. What a stored number cannot be exactly is a
// difference. See tree_node.hpp.
#pragma once

#include <cmath>
#include <complex>
#include <concepts>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "ckptlite/element.hpp"
#include "ckptlite/tree_node.hpp"
#include "ckptlite/visibility.hpp"

namespace CKPTLITE_API ckptlite {
namespace detail {

/// Signed, for the plain integers of a tree are.
template <typename T>
concept PlainInteger = std::integral<T> && !std::same_as<T, bool> &&
                       (sizeof(T) < 8 || std::signed_integral<T>)&&sizeof(T) <= 8;

template <typename T>
concept PlainFloat = std::same_as<T, float> || std::same_as<T, double>;

template <typename T>
concept PlainComplex =
    std::same_as<T, std::complex<float>> || std::same_as<T, std::complex<double>>;

/// The number as an Integer, if it is one.
template <typename Integer>
std::optional<Integer> to_integer(std::int64_t number) {
    const auto cast = static_cast<Integer>(number);
    const bool has_sign = std::signed_integral<Integer> || number >= 0;
    const bool same = has_sign && static_cast<std::int64_t>(cast) == number;
    return same ? std::optional(cast) : std::nullopt;
}

/// The number as a Float, if it is one exactly; a NaN is.
template <PlainFloat Float>
std::optional<Float> to_float(double number) {
    if (std::isfinite(number) && std::abs(number) > std::numeric_limits<Float>::max()) return {};
    const auto cast = static_cast<Float>(number);
    if (static_cast<double>(cast) == number || std::isnan(number)) return cast;
    return {};
}

/// Sets the target in the end, or notes that the stored value is none of its type.
template <typename T>
void set_value(RestorePlan& plan, T& target, std::optional<T> value, std::string_view type,
               const std::string& stored) {
    if (!value) return plan.differ("value", type, stored);
    plan.then([&target, held = *value] { target = held; });
}

template <typename T>
std::string_view type_name() {
    return dtype_name(dtype_of<T>());
}

template <>
struct TreeNode<bool> {
    static Tree save(bool value, Level) { return value; }
    static void restore(RestorePlan& plan, const Tree& stored, bool& target) {
        if (const bool* value = plan.scalar<bool>(stored, "bool"))
            plan.then([&target, value = *value] { target = value; });
    }
};

template <PlainInteger T>
struct TreeNode<T> {
    static Tree save(T value, Level) { return value; }
    static void restore(RestorePlan& plan, const Tree& stored, T& target) {
        if (const auto* number = plan.scalar<std::int64_t>(stored, "int"))
            set_value(plan, target, to_integer<T>(*number), type_name<T>(),
                      std::to_string(*number));
    }
};

template <PlainFloat T>
struct TreeNode<T> {
    static Tree save(T value, Level) { return value; }
    static void restore(RestorePlan& plan, const Tree& stored, T& target) {
        if (const auto* number = plan.scalar<double>(stored, "float"))
            set_value(plan, target, to_float<T>(*number), type_name<T>(), element_text(*number));
    }
};

template <PlainComplex T>
struct TreeNode<T> {
    using Float = typename T::value_type;

    static Tree save(const T& value, Level) { return std::complex<double>(value); }
    static void restore(RestorePlan& plan, const Tree& stored, T& target) {
        const auto* number = plan.scalar<std::complex<double>>(stored, "complex");
        if (number == nullptr) return;
        const auto real = to_float<Float>(number->real());
        const auto imag = to_float<Float>(number->imag());
        const auto value = real && imag ? std::optional(T(*real, *imag)) : std::nullopt;
        set_value(plan, target, value, type_name<T>(), element_text(*number));
    }
};

/// std::string and Bytes.
template <typename T>
requires(std::same_as<T, std::string> || std::same_as<T, Bytes>) struct TreeNode<T> {
    static Tree save(const T& value, Level) { return value; }
    static void restore(RestorePlan& plan, const Tree& stored, T& target) {
        const bool is_text = std::same_as<T, std::string>;
        const T* value = plan.scalar<T>(stored, is_text ? "string" : "bytes");
        if (value == nullptr) return;
        const auto copy = std::make_shared<T>(*value);
        plan.then([copy, &target] { target = std::move(*copy); });
    }
};

}  // namespace detail
}  // namespace ckptlite
