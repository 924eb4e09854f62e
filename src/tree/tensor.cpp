// SPDX-License-Identifier: MIT
#include "ckptlite/tensor.hpp"

#include <sys/mman.h>

#include <algorithm>
#include <bit>
#include <cstring>
#include <new>

#include "base/checked.hpp"
#include "base/limits.hpp"
#include "ckptlite/error.hpp"

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

Tensor::Tensor(DType dtype, Shape shape, std::span<const std::byte> bytes,
               std::shared_ptr<const void> owner)
    : dtype_(dtype), shape_(std::move(shape)), bytes_(bytes), owner_(std::move(owner)) {
    const std::size_t needed = nbytes_of(dtype_, shape_);
    if (bytes_.size() != needed)
        throw InvalidArgument("A " + std::string(dtype_name(dtype_)) + " tensor of shape " +
                              shape_text(shape_) + " has " + std::to_string(needed) +
                              " bytes, but " + std::to_string(bytes_.size()) + " were given.");
}

Tensor Tensor::borrow(DType dtype, Shape shape, std::span<const std::byte> bytes) {
    return Tensor(dtype, std::move(shape), bytes, nullptr);
}

Tensor Tensor::copy(DType dtype, Shape shape, std::span<const std::byte> bytes) {
    const std::shared_ptr<std::byte[]> owner = allocate_bytes(bytes.size());
    if (!bytes.empty()) std::memcpy(owner.get(), bytes.data(), bytes.size());
    return adopt(dtype, std::move(shape), {owner.get(), bytes.size()}, owner);
}

Tensor Tensor::adopt(DType dtype, Shape shape, std::span<const std::byte> bytes,
                     std::shared_ptr<const void> owner) {
    return Tensor(dtype, std::move(shape), bytes, std::move(owner));
}

const void* Tensor::checked_data(DType wanted, std::size_t alignment) const {
    if (dtype_ != wanted)
        throw TypeError("This tensor's elements are " + std::string(dtype_name(dtype_)) + ", not " +
                        std::string(dtype_name(wanted)) + ".");
    if (std::bit_cast<std::uintptr_t>(bytes_.data()) % alignment != 0)
        throw TypeError("This tensor's memory is not aligned for " +
                        std::string(dtype_name(wanted)) + "; copy it first.");
    return bytes_.data();
}

bool operator==(const Tensor& a, const Tensor& b) noexcept {
    return a.dtype_ == b.dtype_ && a.shape_ == b.shape_ && std::ranges::equal(a.bytes_, b.bytes_);
}

std::shared_ptr<std::byte[]> allocate_bytes(std::size_t n) {
    const std::align_val_t alignment = n < kHugePages ? kAlignment : kHugePageAlignment;
    auto* memory = static_cast<std::byte*>(::operator new(n, alignment));
    // A page fault for each 4 KiB would cost as much as decoding what goes there.
    if (n >= kHugePages) static_cast<void>(::madvise(memory, n, MADV_HUGEPAGE));
    return {memory, [alignment](std::byte* bytes) { ::operator delete(bytes, alignment); }};
}

}  // namespace ckptlite
