// SPDX-License-Identifier: MIT
// How a tensor type of yours becomes a leaf, without a copy: specialise TensorTraits for it.
//
// Known already: std::vector and std::array of elements (bool, integers, floats, complex and 16-bit
// floats), a tensor of one dimension; arrays of arrays and vectors of arrays add a dimension for
// each std::array. docs/STRUCTS.md has an example. Pure functions; any thread.
#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "ckptlite/dtype.hpp"
#include "ckptlite/tensor.hpp"
#include "ckptlite/tensor_buffer.hpp"
#include "ckptlite/visibility.hpp"

namespace CKPTLITE_API ckptlite {

/// A specialisation has
///
///     static Tensor borrow(const T&);                        // what is saved; copies no element
///     static TensorBuffer buffer(T&, std::string path);      // the same memory, to be filled
///
/// and, if a T without elements may take the shape that is stored, both of
///
///     static bool can_hold(DType, const Shape&);             // could a T be so?
///     static T make(DType, const Shape&);                    // one that is; elements of any value
///
/// `make` is called after can_hold() said yes; what it made is filled and then moved to its place.
template <typename T>
struct TensorTraits {};

/// What is a leaf: one tensor.
template <typename T>
concept TensorLike = requires(const T& tensor, T& same, std::string path) {
    { TensorTraits<T>::borrow(tensor) } -> std::same_as<Tensor>;
    { TensorTraits<T>::buffer(same, std::move(path)) } -> std::same_as<TensorBuffer>;
};

/// What restoring can make anew where there is nothing yet.
template <typename T>
concept MakeableTensor = TensorLike<T> && std::movable<T> &&
    requires(DType dtype, const Shape& shape) {
    { TensorTraits<T>::can_hold(dtype, shape) } -> std::same_as<bool>;
    { TensorTraits<T>::make(dtype, shape) } -> std::same_as<T>;
};

namespace detail {

/// Elements in a row, with a fixed shape: an element, or a std::array of blocks.
template <typename T>
struct Block {
    using Element = T;
    static constexpr std::size_t kSize = 1;
    static void append_extents(Shape& /*shape*/) {}
};

template <typename T, std::size_t n>
struct Block<std::array<T, n>> {
    using Element = typename Block<T>::Element;
    static constexpr std::size_t kSize = n * Block<T>::kSize;
    static void append_extents(Shape& shape) {
        shape.push_back(static_cast<std::int64_t>(n));
        Block<T>::append_extents(shape);
    }
};

template <typename T>
concept ElementBlock = TensorElement<typename Block<T>::Element> &&
                       sizeof(T) == Block<T>::kSize * sizeof(typename Block<T>::Element);

template <typename T>
inline constexpr DType kBlockDType = dtype_of<typename Block<T>::Element>();

}  // namespace detail

template <typename T, std::size_t n>
requires detail::ElementBlock<std::array<T, n>>
struct TensorTraits<std::array<T, n>> {
    using Array = std::array<T, n>;

    static Shape shape() {
        Shape extents;
        detail::Block<Array>::append_extents(extents);
        return extents;
    }
    static Tensor borrow(const Array& array) {
        return Tensor::borrow(detail::kBlockDType<T>, shape(), std::as_bytes(std::span(array)));
    }
    static TensorBuffer buffer(Array& array, std::string path) {
        return {std::move(path), detail::kBlockDType<T>, shape(),
                std::as_writable_bytes(std::span(array))};
    }
};

template <typename T, typename Allocator>
requires(detail::ElementBlock<T> && !std::same_as<T, bool>)  // bits are not elements
    struct TensorTraits<std::vector<T, Allocator>> {
    using Vector = std::vector<T, Allocator>;

    static Shape shape(std::size_t n) {
        Shape extents{static_cast<std::int64_t>(n)};
        detail::Block<T>::append_extents(extents);
        return extents;
    }
    static Tensor borrow(const Vector& vector) {
        return Tensor::borrow(detail::kBlockDType<T>, shape(vector.size()),
                              std::as_bytes(std::span(vector)));
    }
    static TensorBuffer buffer(Vector& vector, std::string path) {
        return {std::move(path), detail::kBlockDType<T>, shape(vector.size()),
                std::as_writable_bytes(std::span(vector))};
    }
    static bool can_hold(DType dtype, const Shape& stored) {
        if (dtype != detail::kBlockDType<T> || stored.empty()) return false;
        return stored == shape(static_cast<std::size_t>(stored.front()));
    }
    static Vector make(DType /*dtype*/, const Shape& stored) {
        return Vector(static_cast<std::size_t>(stored.front()));
    }
};

}  // namespace ckptlite
