// SPDX-License-Identifier: MIT
#include "ckptlite/tensor.hpp"

#include <sys/mman.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <new>

#include "base/checked.hpp"
#include "base/limits.hpp"
#include "ckptlite/error.hpp"
#include "tree/strided_copy.hpp"
#include "tree/strides.hpp"

namespace ckptlite {
namespace {

constexpr std::align_val_t kAlignment{64};
constexpr std::align_val_t kHugePageAlignment{2 << 20};
constexpr std::size_t kHugePages = 4 << 20;  // bytes from which memory is asked for in huge pages

}  // namespace

std::string shape_text(const Shape& shape) {
    std::string text = "[";
    for (const std::int64_t extent : shape) {
        if (text.size() > 1) text += ", ";
        text += std::to_string(extent);
    }
    return text + "]";
}

std::size_t nbytes_of(DType dtype, const Shape& shape) {
    if (shape.size() > limits::kRank)
        throw InvalidArgument("A tensor of rank " + std::to_string(shape.size()) +
                              " cannot be stored; the limit is " + std::to_string(limits::kRank) +
                              ".");
    // Extents of 0 count as 1 here, so that the size of a row of any stored tensor is in the
    // limits, too: code that computes strides relies on it.
    std::uint64_t nbytes = itemsize(dtype);
    bool is_empty = false;
    for (const std::int64_t extent : shape) {
        if (extent < 0)
            throw InvalidArgument("A shape has no negative extents: " + shape_text(shape) + ".");
        is_empty = is_empty || extent == 0;
        const auto product =
            checked_mul(nbytes, static_cast<std::uint64_t>(std::max<std::int64_t>(extent, 1)));
        if (!product || *product > limits::kLeafBytes)
            throw InvalidArgument("A tensor of shape " + shape_text(shape) +
                                  " is larger than a leaf can be.");
        nbytes = *product;
    }
    return is_empty ? 0 : static_cast<std::size_t>(nbytes);
}

Tensor::Tensor() : dtype_(DType::uint8), shape_{0} {}

Tensor::Tensor(DType dtype, Shape shape, Strides strides, const void* first,
               std::shared_ptr<const void> owner)
    : dtype_(dtype),
      shape_(std::move(shape)),
      strides_(std::move(strides)),
      first_(static_cast<const std::byte*>(first)),
      nbytes_(nbytes_of(dtype_, shape_)),
      owner_(std::move(owner)),
      borrowed_(owner_ == nullptr) {}

Tensor Tensor::borrow(DType dtype, Shape shape, std::span<const std::byte> bytes) {
    return adopt(dtype, std::move(shape), bytes, nullptr);
}

Tensor Tensor::borrow(DType dtype, Shape shape, Strides strides, const void* first,
                      std::shared_ptr<const void> owner) {
    Tensor tensor = adopt(dtype, std::move(shape), std::move(strides), first, std::move(owner));
    tensor.borrowed_ = true;
    return tensor;
}

Tensor Tensor::copy(DType dtype, Shape shape, std::span<const std::byte> bytes) {
    const std::shared_ptr<std::byte[]> owner = allocate_bytes(bytes.size());
    if (!bytes.empty()) std::memcpy(owner.get(), bytes.data(), bytes.size());
    return adopt(dtype, std::move(shape), {owner.get(), bytes.size()}, owner);
}

Tensor Tensor::adopt(DType dtype, Shape shape, std::span<const std::byte> bytes,
                     std::shared_ptr<const void> owner) {
    Tensor tensor(dtype, std::move(shape), {}, bytes.data(), std::move(owner));
    if (tensor.nbytes_ != bytes.size())
        throw InvalidArgument("A " + std::string(dtype_name(dtype)) + " tensor of shape " +
                              shape_text(tensor.shape_) + " has " + std::to_string(tensor.nbytes_) +
                              " bytes, but " + std::to_string(bytes.size()) + " were given.");
    return tensor;
}

Tensor Tensor::adopt(DType dtype, Shape shape, Strides strides, const void* first,
                     std::shared_ptr<const void> owner) {
    static_cast<void>(pytree::extent_of(dtype, shape, strides));
    if (pytree::is_c_order(shape, strides)) strides.clear();
    return Tensor(dtype, std::move(shape), std::move(strides), first, std::move(owner));
}

Strides Tensor::strides() const {
    return is_contiguous() ? pytree::c_strides(shape_) : strides_;
}

Tensor Tensor::contiguous() const {
    if (is_contiguous()) return *this;
    const std::shared_ptr<std::byte[]> memory = allocate_bytes(nbytes_);
    copy_to({memory.get(), nbytes_});
    return adopt(dtype_, shape_, std::span<const std::byte>(memory.get(), nbytes_), memory);
}

void Tensor::copy_to(std::span<std::byte> out, std::uint64_t first_byte) const {
    if (first_byte > nbytes_ || out.size() > nbytes_ - first_byte)
        throw InvalidArgument("A tensor of " + std::to_string(nbytes_) + " bytes does not have " +
                              std::to_string(out.size()) + " from byte " +
                              std::to_string(first_byte) + " on.");
    if (out.empty()) return;
    if (is_contiguous())
        std::memcpy(out.data(), first_ + first_byte, out.size());
    else
        pytree::gather({itemsize(dtype_), shape_, strides_}, first_, first_byte, out);
}

void Tensor::throw_not_contiguous() const {
    throw InvalidArgument(
        "This tensor's elements are not in C order, so it has no bytes(); "
        "contiguous() copies them, copy_to() a part of them.");
}

const void* Tensor::checked_data(DType wanted, std::size_t alignment) const {
    if (dtype_ != wanted)
        throw TypeError("This tensor's elements are " + std::string(dtype_name(dtype_)) + ", not " +
                        std::string(dtype_name(wanted)) + ".");
    if (std::bit_cast<std::uintptr_t>(bytes().data()) % alignment != 0)
        throw TypeError("This tensor's memory is not aligned for " +
                        std::string(dtype_name(wanted)) + "; copy it first.");
    return first_;
}

bool operator==(const Tensor& a, const Tensor& b) noexcept {
    if (a.dtype_ != b.dtype_ || a.shape_ != b.shape_) return false;
    if (a.is_contiguous() && b.is_contiguous())
        return std::equal(a.first_, a.first_ + a.nbytes_, b.first_);
    std::array<std::byte, 4096> room_a;
    std::array<std::byte, 4096> room_b;
    for (std::size_t at = 0; at < a.nbytes_; at += room_a.size()) {
        const std::size_t n = std::min(room_a.size(), a.nbytes_ - at);
        a.copy_to({room_a.data(), n}, at);
        b.copy_to({room_b.data(), n}, at);
        if (!std::equal(room_a.data(), room_a.data() + n, room_b.data())) return false;
    }
    return true;
}

std::shared_ptr<std::byte[]> allocate_bytes(std::size_t n) {
    const std::align_val_t alignment = n < kHugePages ? kAlignment : kHugePageAlignment;
    auto* memory = static_cast<std::byte*>(::operator new(n, alignment));
    // A page fault for each 4 KiB would cost as much as decoding what goes there.
    if (n >= kHugePages) static_cast<void>(::madvise(memory, n, MADV_HUGEPAGE));
    return {memory, [alignment](std::byte* bytes) { ::operator delete(bytes, alignment); }};
}

}  // namespace ckptlite
