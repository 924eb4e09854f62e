// SPDX-License-Identifier: MIT
// Memory of the caller's that Store::load_into fills: a training loop restores into the arrays it
// has, without a second copy of its state. Plain values; the memory must outlive the call.
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
    std::span<std::byte> bytes{};  ///< as many as dtype and shape need, C order

    template <typename T>
    requires(!std::is_const_v<T>) static TensorBuffer
        of(std::string path, std::span<T> elements, Shape shape) {
        return {std::move(path), dtype_of<T>(), std::move(shape), std::as_writable_bytes(elements)};
    }
    template <typename T>
    static TensorBuffer of(std::string path, std::vector<T>& elements, Shape shape) {
        return of(std::move(path), std::span<T>(elements), std::move(shape));
    }
};

}  // namespace ckptlite
