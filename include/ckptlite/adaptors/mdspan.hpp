// SPDX-License-Identifier: MIT
// Any mdspan-shaped view as a tensor, without a copy: std::mdspan, the reference implementation, or
// a type of your own with rank(), extent(r), stride(r), data_handle() and mapping(). No header of
// theirs is needed. Pure functions; the memory must outlive what is made of the view.
#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <string>
#include <type_traits>
#include <utility>

#include "ckptlite/error.hpp"
#include "ckptlite/tensor_traits.hpp"
#include "ckptlite/visibility.hpp"

namespace CKPTLITE_API ckptlite {

/// Its handle is a pointer to elements: views that compute their elements have no memory.
template <typename T>
concept MdspanShaped = requires(const T& view) {
    { T::rank() } -> std::convertible_to<std::size_t>;
    { view.extent(0) } -> std::convertible_to<std::int64_t>;
    { view.stride(0) } -> std::convertible_to<std::int64_t>;
    view.mapping();
    requires std::is_pointer_v<std::remove_cvref_t<decltype(view.data_handle())>>;
    requires TensorElement<
        std::remove_cv_t<std::remove_pointer_t<std::remove_cvref_t<decltype(view.data_handle())>>>>;
};

namespace detail {

template <MdspanShaped T>
using MdspanElement =
    std::remove_pointer_t<std::remove_cvref_t<decltype(std::declval<const T&>().data_handle())>>;

/// Where element [0, ..., 0] is: a mapping need not begin at 0.
template <MdspanShaped T>
MdspanElement<T>* mdspan_first(const T& view, const Shape& shape) {
    for (const std::int64_t extent : shape)
        if (extent == 0) return view.data_handle();
    const auto offset = [&]<std::size_t... axes>(std::index_sequence<axes...>) {
        return view.mapping()((static_cast<void>(axes), 0)...);
    };
    return view.data_handle() + offset(std::make_index_sequence<T::rank()>());
}

struct MdspanLayout {
    Shape shape{};
    Strides strides{};
};

/// Throws InvalidArgument for a mapping that has no strides.
template <MdspanShaped T>
MdspanLayout mdspan_layout(const T& view) {
    if constexpr (requires { view.is_strided(); }) {
        if (!view.is_strided())
            throw InvalidArgument("The view's mapping is not strided: copy it first.");
    }
    MdspanLayout layout;
    if constexpr (T::rank() > 0) {  // a view of rank 0 has no stride() that compiles
        for (std::size_t axis = 0; axis < T::rank(); ++axis) {
            layout.shape.push_back(static_cast<std::int64_t>(view.extent(axis)));
            layout.strides.push_back(static_cast<std::int64_t>(view.stride(axis)));
        }
    }
    return layout;
}

}  // namespace detail

template <MdspanShaped T>
struct TensorTraits<T> {
    using Element = detail::MdspanElement<T>;
    static constexpr DType kDType = dtype_of<std::remove_cv_t<Element>>();

    static Tensor borrow(const T& view) {
        auto [shape, strides] = detail::mdspan_layout(view);
        const void* const first = detail::mdspan_first(view, shape);
        return Tensor::borrow(kDType, std::move(shape), std::move(strides), first);
    }
    static TensorBuffer buffer(const T& view,
                               std::string path) requires(!std::is_const_v<Element>) {
        auto [shape, strides] = detail::mdspan_layout(view);
        void* const first = detail::mdspan_first(view, shape);
        return TensorBuffer::of(std::move(path), kDType, std::move(shape), std::move(strides),
                                first);
    }
};

/// What is saved of a view; it borrows the view's memory.
template <MdspanShaped T>
Tensor tensor_of(const T& view) {
    return TensorTraits<T>::borrow(view);
}

/// The view's memory, for Store::load_into.
template <MdspanShaped T>
TensorBuffer buffer_of(std::string path, const T& view) {
    return TensorTraits<T>::buffer(view, std::move(path));
}

}  // namespace ckptlite
