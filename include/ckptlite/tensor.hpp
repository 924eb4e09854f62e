// SPDX-License-Identifier: MIT
// A tensor value: dtype, shape, and C-order little-endian bytes that nobody changes.
//
// A Tensor either borrows its bytes (the caller keeps them alive and unchanged for as long as the
// tensor or a copy of it is used) or shares an owner of them. Copies are cheap and share the
// bytes: trees are copied as values, handed to background saves and kept by readers, which is why
// the owner is a shared_ptr. Distinct Tensor objects may be used from distinct threads.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "ckptlite/dtype.hpp"
#include "ckptlite/visibility.hpp"

namespace CKPTLITE_API ckptlite {

/// Extents, outermost first; {} is 0-d (one element), any extent may be 0.
using Shape = std::vector<std::int64_t>;

/// "[3, 4]"; "[]" for 0-d. Also valid JSON.
std::string shape_text(const Shape& shape);

/// Product of the extents. Throws InvalidArgument for a negative extent, a rank over 255, or a
/// byte size that overflows the limits of the format.
std::size_t nbytes_of(DType dtype, const Shape& shape);

class Tensor {
public:
    /// An empty uint8 tensor of shape [0].
    Tensor();

    /// Borrows `bytes`. Throws InvalidArgument unless their number is what dtype and shape need.
    static Tensor borrow(DType dtype, Shape shape, std::span<const std::byte> bytes);

    /// Borrows elements; `shape` defaults to one dimension.
    template <typename T>
    static Tensor borrow(std::span<const T> elements, Shape shape) {
        return borrow(dtype_of<T>(), std::move(shape), std::as_bytes(elements));
    }
    template <typename T>
    static Tensor borrow(const std::vector<T>& elements, Shape shape) {
        return borrow(std::span<const T>(elements), std::move(shape));
    }

    /// Copies `bytes` into memory of its own.
    static Tensor copy(DType dtype, Shape shape, std::span<const std::byte> bytes);

    /// Takes the vector over: no element is copied.
    template <typename T>
    static Tensor own(std::vector<T> elements, Shape shape) {
        auto owner = std::make_shared<const std::vector<T>>(std::move(elements));
        const auto bytes = std::as_bytes(std::span<const T>(*owner));
        return adopt(dtype_of<T>(), std::move(shape), bytes, std::move(owner));
    }

    /// Bytes kept alive by `owner` for as long as any copy of the tensor lives, and changed by
    /// nobody from now on: an asynchronous save does not copy them.
    static Tensor adopt(DType dtype, Shape shape, std::span<const std::byte> bytes,
                        std::shared_ptr<const void> owner);

    DType dtype() const noexcept { return dtype_; }
    const Shape& shape() const noexcept { return shape_; }
    std::span<const std::byte> bytes() const noexcept { return bytes_; }
    std::size_t size() const noexcept { return bytes_.size() / itemsize(dtype_); }
    bool is_borrowed() const noexcept { return owner_ == nullptr; }

    /// The elements as T. Throws TypeError unless T is exactly the dtype and the memory is aligned
    /// for it (memory this library allocates always is).
    template <typename T>
    std::span<const T> as() const {
        return {static_cast<const T*>(checked_data(dtype_of<T>(), alignof(T))), size()};
    }

    /// Same dtype, shape and bytes; NaNs with the same bits are equal.
    friend bool operator==(const Tensor& a, const Tensor& b) noexcept;

private:
    Tensor(DType dtype, Shape shape, std::span<const std::byte> bytes,
           std::shared_ptr<const void> owner);
    const void* checked_data(DType wanted, std::size_t alignment) const;

    DType dtype_;
    Shape shape_;
    std::span<const std::byte> bytes_;
    std::shared_ptr<const void> owner_;
};

/// Memory for the bytes of a tensor, 64-byte aligned, not initialised.
std::shared_ptr<std::byte[]> allocate_bytes(std::size_t n);

}  // namespace ckptlite
