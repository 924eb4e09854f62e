// SPDX-License-Identifier: MIT
// libtorch's tensors as tensors, without a copy: saved from and restored into the memory they have,
// whatever their strides. Needs libtorch; not part of ckptlite.hpp. torch_training.hpp has modules
// and optimizers.
//
// A tensor must be dense, in the memory of the CPU, and of a dtype that ckptlite has; whatever is
// not is refused by name. One thread for each tensor.
#pragma once

#include <ATen/ATen.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "ckptlite/error.hpp"
#include "ckptlite/tensor_traits.hpp"
#include "ckptlite/visibility.hpp"

namespace CKPTLITE_API ckptlite {

namespace detail {

struct TorchDType {
    DType dtype;
    std::string_view name;  // libtorch's; older versions do not have all of them
};

inline constexpr TorchDType kTorchDTypes[] = {
    {DType::boolean, "Bool"},
    {DType::uint8, "Byte"},
    {DType::int8, "Char"},
    {DType::int16, "Short"},
    {DType::int32, "Int"},
    {DType::int64, "Long"},
    {DType::uint16, "UInt16"},
    {DType::uint32, "UInt32"},
    {DType::uint64, "UInt64"},
    {DType::float16, "Half"},
    {DType::bfloat16, "BFloat16"},
    {DType::float32, "Float"},
    {DType::float64, "Double"},
    {DType::complex64, "ComplexFloat"},
    {DType::complex128, "ComplexDouble"},
    {DType::float8_e4m3fn, "Float8_e4m3fn"},
    {DType::float8_e5m2, "Float8_e5m2"},
    {DType::float8_e4m3fnuz, "Float8_e4m3fnuz"},
    {DType::float8_e5m2fnuz, "Float8_e5m2fnuz"},
};

inline DType dtype_of_torch(c10::ScalarType type) {
    for (const auto& [dtype, name] : kTorchDTypes)
        if (name == c10::toString(type)) return dtype;
    throw InvalidArgument(std::string("libtorch's elements of type ") + c10::toString(type) +
                          " cannot be stored: convert the tensor first.");
}

inline std::optional<c10::ScalarType> torch_dtype(DType wanted) {
    for (const auto& [dtype, name] : kTorchDTypes) {
        if (dtype != wanted) continue;
        for (int i = 0; i < static_cast<int>(c10::ScalarType::NumOptions); ++i) {
            const auto type = static_cast<c10::ScalarType>(i);
            if (name == c10::toString(type)) return type;
        }
    }
    return std::nullopt;
}

inline void require_storable(const at::Tensor& tensor) {
    const auto refuse = [](const std::string& what) {
        throw InvalidArgument("This libtorch tensor cannot be stored: it is " + what + ".");
    };
    if (!tensor.defined()) refuse("undefined");
    if (!tensor.device().is_cpu()) refuse("on the device " + tensor.device().str());
    if (tensor.layout() != c10::kStrided) refuse("sparse or of another layout without strides");
    if (tensor.is_conj()) refuse("conjugated when it is read; resolve_conj() makes a copy");
    if (tensor.is_neg()) refuse("negated when it is read; resolve_neg() makes a copy");
}

}  // namespace detail

template <>
struct TensorTraits<at::Tensor> {
    static Tensor borrow(const at::Tensor& tensor) {
        detail::require_storable(tensor);
        return Tensor::borrow(detail::dtype_of_torch(tensor.scalar_type()), tensor.sizes().vec(),
                              tensor.strides().vec(), tensor.data_ptr());
    }
    /// An undefined tensor may become what is stored.
    static TensorBuffer buffer(at::Tensor& tensor, std::string path) {
        if (!tensor.defined()) return {std::move(path), DType::uint8, {0}, {}, {}};
        detail::require_storable(tensor);
        return TensorBuffer::of(std::move(path), detail::dtype_of_torch(tensor.scalar_type()),
                                tensor.sizes().vec(), tensor.strides().vec(), tensor.data_ptr());
    }
    static bool can_hold(DType dtype, const Shape& /*shape*/) {
        return detail::torch_dtype(dtype).has_value();
    }
    static at::Tensor make(DType dtype, const Shape& shape) {
        return at::empty(shape, *detail::torch_dtype(dtype));
    }
};

/// What is saved of a tensor; it borrows the tensor's memory, which must live as long.
inline Tensor tensor_of(const at::Tensor& tensor) {
    return TensorTraits<at::Tensor>::borrow(tensor);
}

/// The tensor's memory, for Store::load_into. Autograd does not notice that it is filled: no graph
/// that needs the old values may be waiting for its backward().
inline TensorBuffer buffer_of(std::string path, const at::Tensor& tensor) {
    detail::require_storable(tensor);
    at::Tensor same = tensor;  // another handle
    return TensorTraits<at::Tensor>::buffer(same, std::move(path));
}

/// A loaded tensor as one of libtorch, in the same memory, which lives as long as either. Nobody
/// may write to it. Throws InvalidArgument for a dtype that libtorch does not have.
inline at::Tensor torch_of(Tensor tensor) {
    const auto dtype = detail::torch_dtype(tensor.dtype());
    if (!dtype)
        throw InvalidArgument("libtorch has no elements of type " +
                              std::string(dtype_name(tensor.dtype())) + ".");
    const Shape shape = tensor.shape();
    const Strides strides = tensor.strides();
    auto* const first = const_cast<std::byte*>(tensor.first());
    const auto owner = std::make_shared<const Tensor>(std::move(tensor));
    return at::from_blob(
        first, shape, strides, [owner](void*) {}, at::TensorOptions(*dtype));
}

}  // namespace ckptlite
