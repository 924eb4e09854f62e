// SPDX-License-Identifier: MIT
// Eigen's tensors (unsupported/Eigen/CXX11/Tensor: Tensor, TensorFixedSize, TensorMap) as tensors,
// without a copy. What is stored is the logical shape in C order, whatever the layout. Needs Eigen
// 3.4; not part of ckptlite.hpp. The tensor must outlive what is made of it and keep its size.
#pragma once

#include <string>
#include <type_traits>
#include <unsupported/Eigen/CXX11/Tensor>
#include <utility>

#include "ckptlite/tensor_traits.hpp"
#include "ckptlite/visibility.hpp"

namespace CKPTLITE_API ckptlite {

namespace detail {

/// What TensorBase would not tell apart: types that have memory, and those that own it. Axis is
/// what their dimension() takes.
template <typename T>
struct EigenTensorKind {
    static constexpr bool kInMemory = false;
};
template <typename Scalar, int rank, int options, typename Index>
struct EigenTensorKind<Eigen::Tensor<Scalar, rank, options, Index>> {
    static constexpr bool kInMemory = true;
    static constexpr bool kResizable = true;
    using Element = Scalar;
    using Axis = std::size_t;
};
template <typename Scalar, typename Dimensions, int options, typename Index>
struct EigenTensorKind<Eigen::TensorFixedSize<Scalar, Dimensions, options, Index>> {
    static constexpr bool kInMemory = true;
    static constexpr bool kResizable = false;
    using Element = Scalar;
    using Axis = std::size_t;
};
template <typename Plain, int options, template <class> class MakePointer>
struct EigenTensorKind<Eigen::TensorMap<Plain, options, MakePointer>> {
    static constexpr bool kInMemory = true;
    static constexpr bool kResizable = false;
    using Element = std::remove_const_t<typename Plain::Scalar>;
    using Axis = typename Plain::Index;
};

}  // namespace detail

template <typename T>
concept EigenTensorInMemory = detail::EigenTensorKind<T>::kInMemory;

template <EigenTensorInMemory T>
struct TensorTraits<T> {
    using Kind = detail::EigenTensorKind<T>;
    static constexpr DType kDType = dtype_of<typename Kind::Element>();
    static constexpr std::size_t kRank = static_cast<std::size_t>(T::NumDimensions);
    static constexpr bool kByRows =
        static_cast<int>(T::Layout) == static_cast<int>(Eigen::RowMajor);

    static Shape shape(const T& tensor) {
        Shape extents;
        for (std::size_t axis = 0; axis < kRank; ++axis)
            extents.push_back(tensor.dimension(static_cast<typename Kind::Axis>(axis)));
        return extents;
    }
    static Strides strides(const Shape& extents) {
        Strides found(kRank);
        std::int64_t next = 1;
        for (std::size_t i = 0; i < kRank; ++i) {
            const std::size_t axis = kByRows ? kRank - 1 - i : i;
            found[axis] = next;
            next *= extents[axis];
        }
        return found;
    }
    static Tensor borrow(const T& tensor) {
        const Shape extents = shape(tensor);
        return Tensor::borrow(kDType, extents, strides(extents), tensor.data());
    }
    static TensorBuffer buffer(T& tensor, std::string path) requires(
        !std::is_const_v<std::remove_pointer_t<decltype(tensor.data())>>) {
        const Shape extents = shape(tensor);
        return TensorBuffer::of(std::move(path), kDType, extents, strides(extents), tensor.data());
    }
    static bool can_hold(DType dtype, const Shape& stored) requires Kind::kResizable {
        return dtype == kDType && stored.size() == kRank;
    }
    static T make(DType /*dtype*/, const Shape& stored) requires Kind::kResizable {
        typename T::Dimensions dimensions;
        for (std::size_t axis = 0; axis < kRank; ++axis) dimensions[axis] = stored[axis];
        return T(dimensions);
    }
};

/// What is saved of a tensor; it borrows the tensor's memory.
template <EigenTensorInMemory T>
Tensor tensor_of(const T& tensor) {
    return TensorTraits<T>::borrow(tensor);
}

/// The tensor's memory, for Store::load_into.
template <EigenTensorInMemory T>
TensorBuffer buffer_of(std::string path, T& tensor) {
    return TensorTraits<T>::buffer(tensor, std::move(path));
}

}  // namespace ckptlite
