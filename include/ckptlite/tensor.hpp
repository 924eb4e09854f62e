// SPDX-License-Identifier: MIT
// A tensor value: dtype, shape, and little-endian elements that nobody changes, in C order or with
// strides.
//
// A Tensor either borrows its elements (somebody else may change them, but not while the tensor or
// a copy of it is used; the caller keeps them alive unless an owner was given) or shares an owner
// of elements that never change. Copies are cheap and share the elements: trees are copied as
// values, handed to background saves and kept by readers, which is why the owner is a shared_ptr.
// Distinct Tensor objects may be used from distinct threads.
//
// What is stored are the elements in C order, whatever the strides: a save gathers them, a chunk at
// a time. Tensors that the library returns are always in C order.
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

/// Elements from one position of each axis to the next: negative for a reversed axis, 0 for one
/// that repeats what it has. As many as extents.
using Strides = std::vector<std::int64_t>;

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
    /// `first` points to element [0, ..., 0]; without strides, to as many elements as the shape
    /// has, in C order. Throws InvalidArgument for strides that do not go with the shape.
    template <typename T>
    static Tensor borrow(const T* first, Shape shape) {
        const std::size_t nbytes = nbytes_of(dtype_of<T>(), shape);
        return borrow(dtype_of<T>(), std::move(shape),
                      std::as_bytes(std::span(first, nbytes / sizeof(T))));
    }
    template <typename T>
    static Tensor borrow(const T* first, Shape shape, Strides strides) {
        return borrow(dtype_of<T>(), std::move(shape), std::move(strides), first);
    }
    /// `owner`, if there is one, keeps the memory alive for as long as any copy of the tensor
    /// lives; others may still change it, so an asynchronous save copies the elements.
    static Tensor borrow(DType dtype, Shape shape, Strides strides, const void* first,
                         std::shared_ptr<const void> owner = nullptr);

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
    /// The same with strides; `first` points to element [0, ..., 0].
    static Tensor adopt(DType dtype, Shape shape, Strides strides, const void* first,
                        std::shared_ptr<const void> owner);

    DType dtype() const noexcept { return dtype_; }
    const Shape& shape() const noexcept { return shape_; }
    Strides strides() const;
    /// Whether the elements lie in C order, as those of every tensor that was loaded do.
    bool is_contiguous() const noexcept { return strides_.empty(); }
    /// The bytes in C order. Throws InvalidArgument unless is_contiguous(): contiguous() helps.
    std::span<const std::byte> bytes() const {
        if (!is_contiguous()) throw_not_contiguous();
        return {first_, nbytes_};
    }
    std::size_t nbytes() const noexcept { return nbytes_; }
    std::size_t size() const noexcept { return nbytes_ / itemsize(dtype_); }
    /// Whether somebody else may change the elements later.
    bool is_borrowed() const noexcept { return borrowed_; }
    /// Where element [0, ..., 0] is.
    const std::byte* first() const noexcept { return first_; }

    /// The tensor itself, or a copy of its elements in C order.
    Tensor contiguous() const;
    /// Copies bytes [first_byte, first_byte + out.size()) of C order. Throws InvalidArgument if
    /// they are not there.
    void copy_to(std::span<std::byte> out, std::uint64_t first_byte = 0) const;

    /// The elements as T, in C order. Throws TypeError unless T is exactly the dtype and the memory
    /// is aligned for it (memory this library allocates always is), and what bytes() throws.
    template <typename T>
    std::span<const T> as() const {
        return {static_cast<const T*>(checked_data(dtype_of<T>(), alignof(T))), size()};
    }

    /// Same dtype, shape and elements, however they lie; NaNs with the same bits are equal.
    friend bool operator==(const Tensor& a, const Tensor& b) noexcept;

private:
    Tensor(DType dtype, Shape shape, Strides strides, const void* first,
           std::shared_ptr<const void> owner);
    const void* checked_data(DType wanted, std::size_t alignment) const;
    [[noreturn]] void throw_not_contiguous() const;

    DType dtype_;
    Shape shape_;
    Strides strides_;  // none: C order
    const std::byte* first_ = nullptr;
    std::size_t nbytes_ = 0;  // of the elements; memory with strides may span more or less
    std::shared_ptr<const void> owner_;
    bool borrowed_ = true;
};

/// Memory for the bytes of a tensor, 64-byte aligned, not initialised.
std::shared_ptr<std::byte[]> allocate_bytes(std::size_t n);

}  // namespace ckptlite
