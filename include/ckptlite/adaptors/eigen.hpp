// SPDX-License-Identifier: MIT
// Eigen's matrices, arrays, maps and blocks as tensors, without a copy: saved from and restored
// into the memory they have. Needs Eigen 3.4; not part of ckptlite.hpp.
//
// What is stored is the logical shape in C order, [rows, columns], whether the matrix is kept by
// columns or by rows; a vector, by its type, has one dimension. Element types are those of
// dtype_of, Eigen::half and Eigen::bfloat16 among them. Pure functions; the matrix must outlive
// what is made of it and keep its size.
#pragma once

#include <Eigen/Core>
#include <concepts>
#include <string>
#include <type_traits>
#include <utility>

#include "ckptlite/error.hpp"
#include "ckptlite/tensor_traits.hpp"
#include "ckptlite/visibility.hpp"

namespace CKPTLITE_API ckptlite {

namespace detail {

template <typename Derived>
void takes_dense(const Eigen::DenseBase<Derived>& dense);
template <typename Derived>
void takes_plain(const Eigen::PlainObjectBase<Derived>& plain);

}  // namespace detail

/// Has memory that can be pointed at: a Matrix, Array, Map, Ref or Block, no expression.
template <typename T>
concept EigenInMemory = requires(const T& dense) {
    detail::takes_dense(dense);
    dense.data();
    dense.rowStride();
    requires TensorElement<typename T::Scalar>;
};

/// A Matrix or Array, which owns its memory.
template <typename T>
concept EigenPlain = EigenInMemory<T> && requires(const T& plain) {
    detail::takes_plain(plain);
};

/// Memory that may be written to: no Map or Block of something constant.
template <typename T>
concept EigenWritable = EigenInMemory<T> && requires(T& dense) {
    { dense.data() } -> std::same_as<typename T::Scalar*>;
};

namespace detail {

template <EigenInMemory T>
Shape eigen_shape(const T& dense) {
    if constexpr (T::IsVectorAtCompileTime)
        return {dense.size()};
    else
        return {dense.rows(), dense.cols()};
}

template <EigenInMemory T>
Strides eigen_strides(const T& dense) {
    if constexpr (T::IsVectorAtCompileTime)
        return {dense.innerStride()};
    else
        return {dense.rowStride(), dense.colStride()};
}

constexpr bool eigen_extent_fits(std::int64_t stored, std::int64_t fixed, std::int64_t most) {
    if (fixed != Eigen::Dynamic) return stored == fixed;
    return most == Eigen::Dynamic || stored <= most;
}

}  // namespace detail

template <EigenInMemory T>
struct TensorTraits<T> {
    static constexpr DType kDType = dtype_of<typename T::Scalar>();
    static constexpr std::size_t kRank = T::IsVectorAtCompileTime ? 1 : 2;

    static Tensor borrow(const T& dense) {
        return Tensor::borrow(kDType, detail::eigen_shape(dense), detail::eigen_strides(dense),
                              dense.data());
    }
    static TensorBuffer buffer(T& dense, std::string path) requires EigenWritable<T> {
        return TensorBuffer::of(std::move(path), kDType, detail::eigen_shape(dense),
                                detail::eigen_strides(dense), dense.data());
    }
    static bool can_hold(DType dtype, const Shape& shape) requires EigenPlain<T> {
        if (dtype != kDType || shape.size() != kRank) return false;
        if constexpr (kRank == 1)
            return detail::eigen_extent_fits(shape[0], T::SizeAtCompileTime,
                                             T::MaxSizeAtCompileTime);
        else
            return detail::eigen_extent_fits(shape[0], T::RowsAtCompileTime,
                                             T::MaxRowsAtCompileTime) &&
                   detail::eigen_extent_fits(shape[1], T::ColsAtCompileTime,
                                             T::MaxColsAtCompileTime);
    }
    static T make(DType /*dtype*/, const Shape& shape) requires EigenPlain<T> {
        T made;
        if constexpr (kRank == 1)
            made.resize(shape[0]);
        else
            made.resize(shape[0], shape[1]);
        return made;
    }
};

/// What is saved of a matrix; it borrows the matrix's memory.
template <EigenInMemory T>
Tensor tensor_of(const T& dense) {
    return TensorTraits<T>::borrow(dense);
}
template <EigenPlain T>
Tensor tensor_of(const T&& temporary) = delete;

/// The matrix's memory, for Store::load_into.
template <typename T>
requires EigenWritable<std::remove_reference_t<T>> TensorBuffer buffer_of(std::string path,
                                                                          T&& dense) {
    static_assert(!EigenPlain<T> || std::is_lvalue_reference_v<T>, "the matrix is a temporary");
    return TensorTraits<std::remove_reference_t<T>>::buffer(dense, std::move(path));
}

/// A loaded tensor as a matrix: a view of its memory, which must outlive it. A tensor of one
/// dimension is a column, one of none is 1 x 1. Throws TypeError unless its elements are Scalars,
/// InvalidArgument for more than two dimensions and for a tensor that is not contiguous.
template <typename Scalar>
auto matrix_of(const Tensor& tensor) {
    using Matrix = Eigen::Matrix<Scalar, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
    const Shape& shape = tensor.shape();
    if (shape.size() > 2)
        throw InvalidArgument("A tensor of shape " + shape_text(shape) + " is no matrix.");
    const auto extent = [&](std::size_t axis) { return axis < shape.size() ? shape[axis] : 1; };
    return Eigen::Map<const Matrix>(tensor.as<Scalar>().data(), extent(0), extent(1));
}

}  // namespace ckptlite
