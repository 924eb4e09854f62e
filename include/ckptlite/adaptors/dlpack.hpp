// SPDX-License-Identifier: MIT
// DLPack, the exchange of tensors between libraries: both ways, without a copy. Needs dlpack.h, any
// version; not part of ckptlite.hpp.
//
// Tensors of others must be in the memory of the CPU and have elements of whole bytes; whatever
// does not is refused by name. Managed tensors come as DLManagedTensor or, with versions and flags,
// as DLManagedTensorVersioned: their deleter is called exactly once, by the thread that lets go of
// the last copy. Safe from any thread, each call on tensors of its own.
#pragma once

#include <dlpack/dlpack.h>

#include <concepts>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "ckptlite/error.hpp"
#include "ckptlite/tensor.hpp"
#include "ckptlite/tensor_buffer.hpp"
#include "ckptlite/visibility.hpp"

namespace CKPTLITE_API ckptlite {

/// DLManagedTensorVersioned of dlpack.h 1.0 and later: known by its members, since older headers
/// do not have it.
template <typename T>
concept DlpackVersioned = requires(T& managed) {
    { managed.version.major } -> std::convertible_to<std::uint32_t>;
    { managed.flags } -> std::convertible_to<std::uint64_t>;
    { managed.dl_tensor } -> std::convertible_to<DLTensor>;
    managed.manager_ctx;
    managed.deleter(&managed);
};

template <typename T>
concept DlpackManaged = std::same_as<T, DLManagedTensor> || DlpackVersioned<T>;

/// Calls the deleter of a managed tensor, if it has one.
struct DlpackDeleter {
    template <DlpackManaged Managed>
    void operator()(Managed* managed) const noexcept {
        if (managed->deleter != nullptr) managed->deleter(managed);
    }
};

template <DlpackManaged Managed>
using DlpackPtr = std::unique_ptr<Managed, DlpackDeleter>;

namespace detail {

inline constexpr std::uint32_t kDlpackMajor = 1;
inline constexpr std::uint64_t kDlpackReadOnly = 1;  // flags of the versioned one
inline constexpr std::uint64_t kDlpackIsCopied = 2;
inline constexpr int kDlpackMostAxes = 255;  // as many as a tensor can have

struct DlpackDType {
    DType dtype;
    std::uint8_t code;  // from 6 on, older headers have no names for them
    std::uint8_t bits;
};

inline constexpr DlpackDType kDlpackDTypes[] = {
    {DType::boolean, 6, 8},
    {DType::int8, kDLInt, 8},
    {DType::int16, kDLInt, 16},
    {DType::int32, kDLInt, 32},
    {DType::int64, kDLInt, 64},
    {DType::uint8, kDLUInt, 8},
    {DType::uint16, kDLUInt, 16},
    {DType::uint32, kDLUInt, 32},
    {DType::uint64, kDLUInt, 64},
    {DType::float16, kDLFloat, 16},
    {DType::bfloat16, kDLBfloat, 16},
    {DType::float32, kDLFloat, 32},
    {DType::float64, kDLFloat, 64},
    {DType::complex64, kDLComplex, 64},
    {DType::complex128, kDLComplex, 128},
    {DType::float8_e4m3b11fnuz, 9, 8},
    {DType::float8_e4m3fn, 10, 8},
    {DType::float8_e4m3fnuz, 11, 8},
    {DType::float8_e5m2, 12, 8},
    {DType::float8_e5m2fnuz, 13, 8},
};

/// "int of 4 bits", "float of 32 bits x 4 lanes".
inline std::string dlpack_name(const DLDataType& type) {
    static constexpr const char* kCodes[] = {"int",
                                             "uint",
                                             "float",
                                             "opaque handle",
                                             "bfloat",
                                             "complex",
                                             "bool",
                                             "float8_e3m4",
                                             "float8_e4m3",
                                             "float8_e4m3b11fnuz",
                                             "float8_e4m3fn",
                                             "float8_e4m3fnuz",
                                             "float8_e5m2",
                                             "float8_e5m2fnuz",
                                             "float8_e8m0fnu",
                                             "float6_e2m3fn",
                                             "float6_e3m2fn",
                                             "float4_e2m1fn"};
    std::string name = type.code < std::size(kCodes) ? std::string(kCodes[type.code])
                                                     : "type code " + std::to_string(type.code);
    name += " of " + std::to_string(type.bits) + " bits";
    if (type.lanes != 1) name += " x " + std::to_string(type.lanes) + " lanes";
    return name;
}

inline DType dtype_of_dlpack(const DLDataType& type) {
    for (const DlpackDType& known : kDlpackDTypes) {
        if (type.lanes == 1 && type.code == known.code && type.bits == known.bits)
            return known.dtype;
    }
    throw InvalidArgument("DLPack elements of type " + dlpack_name(type) +
                          " cannot be stored: convert the tensor first.");
}

inline DLDataType dlpack_dtype(DType dtype) {
    for (const DlpackDType& known : kDlpackDTypes) {
        if (dtype == known.dtype) return {known.code, known.bits, 1};
    }
    throw InvalidArgument("DLPack packs two elements of " + std::string(dtype_name(dtype)) +
                          " into a byte; this tensor has a byte for each.");
}

inline const char* dlpack_device_name(int type) {
    switch (type) {
        case kDLCPU:
            return "CPU";
        case kDLCUDA:
            return "CUDA";
        case kDLCUDAHost:
            return "CUDA host";
        case kDLOpenCL:
            return "OpenCL";
        case kDLVulkan:
            return "Vulkan";
        case kDLMetal:
            return "Metal";
        case kDLVPI:
            return "VPI";
        case kDLROCM:
            return "ROCm";
        case kDLROCMHost:
            return "ROCm host";
        case kDLExtDev:
            return "extension";
        case kDLCUDAManaged:
            return "CUDA managed";
        default:
            return "unknown";
    }
}

struct DlpackView {
    DType dtype{};
    Shape shape{};
    Strides strides{};  // none: C order
    void* first = nullptr;
};

/// Throws InvalidArgument for what cannot be a tensor here.
inline DlpackView dlpack_view(const DLTensor& from) {
    if (from.device.device_type != kDLCPU)
        throw InvalidArgument("This DLPack tensor is in the memory of the device type " +
                              std::to_string(static_cast<int>(from.device.device_type)) + " (" +
                              dlpack_device_name(from.device.device_type) +
                              "): move it to the CPU first.");
    if (from.ndim < 0 || from.ndim > kDlpackMostAxes)
        throw InvalidArgument("A DLPack tensor of " + std::to_string(from.ndim) +
                              " axes cannot be stored.");
    if (from.ndim > 0 && from.shape == nullptr)
        throw InvalidArgument("This DLPack tensor has axes, but no shape.");
    DlpackView view{.dtype = dtype_of_dlpack(from.dtype)};
    view.shape.assign(from.shape, from.shape + from.ndim);
    if (from.strides != nullptr) view.strides.assign(from.strides, from.strides + from.ndim);
    if (nbytes_of(view.dtype, view.shape) == 0) return view;
    if (from.data == nullptr)
        throw InvalidArgument("This DLPack tensor of shape " + shape_text(view.shape) +
                              " has no data.");
    view.first = static_cast<std::byte*>(from.data) + from.byte_offset;
    return view;
}

inline Tensor dlpack_borrowed(DlpackView view) {
    if (!view.strides.empty() || view.shape.empty())
        return Tensor::borrow(view.dtype, std::move(view.shape), std::move(view.strides),
                              view.first);
    const std::size_t nbytes = nbytes_of(view.dtype, view.shape);
    return Tensor::borrow(view.dtype, std::move(view.shape),
                          {static_cast<const std::byte*>(view.first), nbytes});
}

/// What a managed tensor of ours needs for as long as it lives.
template <DlpackManaged Managed>
struct DlpackContext {
    explicit DlpackContext(Tensor from)
        : tensor(std::move(from)), shape(tensor.shape()), strides(tensor.strides()) {}

    Tensor tensor;
    Shape shape;
    Strides strides;
    Managed managed{};
};

}  // namespace detail

/// Borrows the memory of an unmanaged tensor, which the caller keeps alive and unchanged. Throws
/// InvalidArgument for what cannot be stored.
inline Tensor tensor_of(const DLTensor& from) {
    return detail::dlpack_borrowed(detail::dlpack_view(from));
}

/// Takes a managed tensor over: its deleter is called when the last copy of the result is gone. Its
/// producer may still change the elements, unless a flag says that they are a copy. Throws
/// InvalidArgument for what cannot be stored, and for another major version; `managed` is then
/// still the caller's.
template <DlpackManaged Managed>
Tensor from_dlpack(DlpackPtr<Managed>& managed) {
    bool is_copied = false;
    if constexpr (DlpackVersioned<Managed>) {
        if (managed->version.major != detail::kDlpackMajor)
            throw InvalidArgument("This tensor is of version " +
                                  std::to_string(managed->version.major) +
                                  " of DLPack, not of version 1.");
        is_copied = (managed->flags & detail::kDlpackIsCopied) != 0;
    }
    const Tensor borrowed = tensor_of(managed->dl_tensor);
    Shape shape = borrowed.shape();
    Strides strides = borrowed.strides();
    const std::shared_ptr<Managed> owner(std::move(managed));  // nothing throws from here on
    if (is_copied)
        return Tensor::adopt(borrowed.dtype(), std::move(shape), std::move(strides),
                             borrowed.first(), owner);
    return Tensor::borrow(borrowed.dtype(), std::move(shape), std::move(strides), borrowed.first(),
                          owner);
}
/// The same of what a producer handed over as a pointer.
template <DlpackManaged Managed>
Tensor from_dlpack(Managed* managed) {
    DlpackPtr<Managed> owned(managed);
    try {
        return from_dlpack(owned);
    } catch (...) {
        static_cast<void>(owned.release());
        throw;
    }
}

/// Hands a tensor over: `.release()` gives the pointer that others take, and their call of its
/// deleter lets go of the tensor's memory. A borrowed tensor's memory must live until then. Nobody
/// may write to it, which the versioned one says in its flags. Throws InvalidArgument for int4 and
/// uint4.
template <DlpackManaged Managed = DLManagedTensor>
DlpackPtr<Managed> to_dlpack(Tensor tensor) {
    const DLDataType dtype = detail::dlpack_dtype(tensor.dtype());
    auto context = std::make_unique<detail::DlpackContext<Managed>>(std::move(tensor));
    Managed& managed = context->managed;
    DLTensor& to = managed.dl_tensor;
    to.data = const_cast<std::byte*>(context->tensor.first());
    to.device = {kDLCPU, 0};
    to.ndim = static_cast<int>(context->shape.size());
    to.dtype = dtype;
    to.shape = context->shape.data();
    to.strides = context->strides.data();
    if constexpr (DlpackVersioned<Managed>) {
        managed.version = {detail::kDlpackMajor, 0};
        managed.flags = detail::kDlpackReadOnly;
    }
    managed.deleter = [](Managed* self) {
        delete static_cast<detail::DlpackContext<Managed>*>(self->manager_ctx);
    };
    managed.manager_ctx = context.get();
    return DlpackPtr<Managed>(&context.release()->managed);
}

/// The memory of a tensor, for Store::load_into. Throws InvalidArgument as tensor_of does.
inline TensorBuffer buffer_of(std::string path, const DLTensor& to) {
    detail::DlpackView view = detail::dlpack_view(to);
    if (view.strides.empty()) {
        const std::size_t nbytes = nbytes_of(view.dtype, view.shape);
        return {std::move(path),
                view.dtype,
                std::move(view.shape),
                {static_cast<std::byte*>(view.first), nbytes}};
    }
    return TensorBuffer::of(std::move(path), view.dtype, std::move(view.shape),
                            std::move(view.strides), view.first);
}
/// The same; one that is flagged as read-only is refused, too.
template <DlpackManaged Managed>
TensorBuffer buffer_of(std::string path, const Managed& to) {
    if constexpr (DlpackVersioned<Managed>) {
        if ((to.flags & detail::kDlpackReadOnly) != 0)
            throw InvalidArgument("This DLPack tensor is read-only: it cannot be filled.",
                                  {.leaf = path});
    }
    return buffer_of(std::move(path), to.dl_tensor);
}

}  // namespace ckptlite
