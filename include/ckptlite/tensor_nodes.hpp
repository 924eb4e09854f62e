// SPDX-License-Identifier: MIT
// Tensors as nodes: whatever TensorTraits knows, Tensor itself, a whole Tree, and vectors of bool.
// See tree_node.hpp.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "ckptlite/tree_node.hpp"
#include "ckptlite/value_nodes.hpp"
#include "ckptlite/visibility.hpp"

namespace CKPTLITE_API ckptlite {
namespace detail {

template <TensorLike T>
struct TreeNode<T> {
    static Tree save(const T& value, Level) { return TensorTraits<T>::borrow(value); }

    static void restore(RestorePlan& plan, const Tree& stored, T& target) {
        const auto type = plan.tensor(stored);
        if (!type) return;
        TensorBuffer buffer = TensorTraits<T>::buffer(target, plan.path());
        if constexpr (MakeableTensor<T>) {
            const bool fits = buffer.dtype == type->dtype && buffer.shape == type->shape;
            if (!fits && is_empty(buffer) && TensorTraits<T>::can_hold(type->dtype, type->shape))
                return restore_new(plan, *type, target);
        }
        plan.fill(std::move(buffer), *type);
    }

private:
    static bool is_empty(const TensorBuffer& buffer) {
        for (const std::int64_t extent : buffer.shape)
            if (extent == 0) return true;
        return false;
    }
    static void restore_new(RestorePlan& plan, const TensorType& type, T& target) {
        const auto made = std::make_shared<std::optional<T>>();
        plan.fill_new([made, type, path = plan.path()] {
            made->emplace(TensorTraits<T>::make(type.dtype, type.shape));
            return TensorTraits<T>::buffer(**made, path);
        });
        plan.then([made, &target] { target = std::move(**made); });
    }
};

/// An element whose type no plain value of a tree could tell: a 0-d tensor.
template <typename T>
concept LoneElement = TensorElement<T> && !std::same_as<T, bool> && !PlainInteger<T> &&
                      !PlainFloat<T> && !PlainComplex<T> && !TensorLike<T> && !Described<T>;

template <LoneElement T>
struct TreeNode<T> {
    static Tree save(const T& value, Level) {
        return Tensor::borrow(dtype_of<T>(), {}, std::as_bytes(std::span(&value, 1)));
    }
    static void restore(RestorePlan& plan, const Tree& stored, T& target) {
        if constexpr (std::integral<T>) {  // other writers may have a plain integer there
            if (std::holds_alternative<Scalar>(stored.value()))
                return from_plain(plan, stored, target);
        }
        if (const auto type = plan.tensor(stored))
            plan.fill(
                {plan.path(), dtype_of<T>(), {}, std::as_writable_bytes(std::span(&target, 1))},
                *type);
    }

private:
    static void from_plain(RestorePlan& plan, const Tree& stored, T& target) {
        const auto* number = plan.scalar<std::int64_t>(stored, "tensor");
        if (number == nullptr) return;
        set_value(plan, target, to_integer<T>(*number), type_name<T>(), std::to_string(*number));
    }
};

template <>
struct TreeNode<Tensor> {
    static Tree save(const Tensor& value, Level) { return value; }
    static void restore(RestorePlan& plan, const Tree& stored, Tensor& target) {
        if (!plan.tensor(stored)) return;
        const auto taken = std::make_shared<Tree>();
        plan.take(stored, *taken);
        plan.then([taken, &target] { target = std::get<Tensor>(std::move(taken->value())); });
    }
};

template <>
struct TreeNode<Tree> {
    static Tree save(const Tree& value, Level) { return value; }
    static void restore(RestorePlan& plan, const Tree& stored, Tree& target) {
        plan.take(stored, target);
    }
};

/// Packed bits: the one container that is copied.
template <typename Allocator>
struct TreeNode<std::vector<bool, Allocator>> {
    using Bits = std::vector<bool, Allocator>;

    static Tree save(const Bits& value, Level) {
        std::vector<std::byte> bytes;
        for (const bool bit : value) bytes.push_back(bit ? std::byte{1} : std::byte{0});
        return Tensor::copy(DType::boolean, {static_cast<std::int64_t>(value.size())}, bytes);
    }
    static void restore(RestorePlan& plan, const Tree& stored, Bits& target) {
        const auto type = plan.tensor(stored);
        if (!type) return;
        const Shape shape{static_cast<std::int64_t>(target.size())};
        if (type->dtype != DType::boolean) {
            plan.differ("dtype", dtype_name(DType::boolean), dtype_name(type->dtype));
        } else if (type->shape.size() != 1 || (!target.empty() && type->shape != shape)) {
            plan.differ("shape", shape_text(shape), shape_text(type->shape));
        } else {
            restore_bytes(plan, type->shape, target);
        }
    }

private:
    static void restore_bytes(RestorePlan& plan, const Shape& shape, Bits& target) {
        struct Made {
            std::vector<std::byte> bytes;
            Bits bits;
        };
        const auto made = std::make_shared<Made>();
        plan.fill_new([made, shape, path = plan.path()] {
            const auto n = static_cast<std::size_t>(shape.front());
            made->bytes.resize(n);
            made->bits.resize(n);
            return TensorBuffer{path, DType::boolean, shape, made->bytes};
        });
        plan.then([made, &target] {
            for (std::size_t i = 0; i < made->bytes.size(); ++i)
                made->bits[i] = made->bytes[i] != std::byte{0};
            target = std::move(made->bits);
        });
    }
};

}  // namespace detail
}  // namespace ckptlite
