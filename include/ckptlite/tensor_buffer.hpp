// SPDX-License-Identifier: MIT
// Memory of the caller's that Store::load_into fills: a training loop restores into the arrays it
// has, without a second copy of its state. Memory with strides is filled chunk by chunk. Plain
// values; the memory must outlive the call.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "ckptlite/dtype.hpp"
#include "ckptlite/tensor.hpp"
#include "ckptlite/visibility.hpp"

namespace CKPTLITE_API ckptlite {

struct TensorBuffer {
    std::string path{};  ///< of the leaf, such as "/model_params/dense/kernel"
    DType dtype = DType::float32;
    Shape shape{};
    /// As many as dtype and shape need, in C order; with strides, all the memory from the lowest to
    /// the highest byte of the elements.
    std::span<std::byte> bytes{};
    /// None: C order. No two elements may share memory.
    Strides strides{};

    template <typename T>
    requires(!std::is_const_v<T>) static TensorBuffer
        of(std::string path, std::span<T> elements, Shape shape) {
        return {std::move(path), dtype_of<T>(), std::move(shape), std::as_writable_bytes(elements)};
    }
    template <typename T>
    static TensorBuffer of(std::string path, std::vector<T>& elements, Shape shape) {
        return of(std::move(path), std::span<T>(elements), std::move(shape));
    }
    /// `first` points to element [0, ..., 0]; without strides, to as many elements as the shape
    /// has, in C order. Throws InvalidArgument for strides that do not go with the shape.
    template <typename T>
    requires(!std::is_const_v<T>) static TensorBuffer of(std::string path, T* first, Shape shape) {
        const std::size_t size = nbytes_of(dtype_of<T>(), shape) / sizeof(T);
        return of(std::move(path), std::span<T>(first, size), std::move(shape));
    }
    template <typename T>
    requires(!std::is_const_v<T>) static TensorBuffer
        of(std::string path, T* first, Shape shape, Strides strides) {
        return of(std::move(path), dtype_of<T>(), std::move(shape), std::move(strides), first);
    }
    static TensorBuffer of(std::string path, DType dtype, Shape shape, Strides strides,
                           void* first);
};

}  // namespace ckptlite
