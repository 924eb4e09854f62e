// SPDX-License-Identifier: MIT
// A type shaped like std::mdspan, which g++ 12 does not have: as much of it as the adaptor asks
// for. It borrows its memory.
#pragma once

#include <array>
#include <cstddef>

namespace ckptlite::test {

/// Element (i, j, ...) is at `offset` + the sum of index times stride.
template <std::size_t n>
struct SmallMapping {
    std::array<long, n> extents{};
    std::array<long, n> strides{};
    long offset = 0;

    template <typename... Index>
    long operator()(Index... index) const {
        std::size_t axis = 0;
        long at = offset;
        ((at += strides[axis++] * static_cast<long>(index)), ...);
        return at;
    }
};

template <typename T, std::size_t n>
struct SmallMdspan {
    T* memory = nullptr;
    SmallMapping<n> map{};
    bool has_strides = true;

    static constexpr std::size_t rank() { return n; }
    long extent(std::size_t axis) const { return map.extents[axis]; }
    long stride(std::size_t axis) const {
        static_assert(n > 0, "as in std::mdspan");
        return map.strides[axis];
    }
    T* data_handle() const { return memory; }
    const SmallMapping<n>& mapping() const { return map; }
    bool is_strided() const { return has_strides; }
};

}  // namespace ckptlite::test
