// SPDX-License-Identifier: MIT
// How the elements of two tensors of one dtype differ, piece by piece. One thread.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/bytes.hpp"
#include "ckptlite/dtype.hpp"

namespace ckptlite::pytree {

/// Elements differ if their bits do: a NaN equals the same NaN, -0.0 and 0.0 differ by 0.
struct ElementDifference {
    std::uint64_t n_different = 0;
    std::uint64_t n_not_finite = 0;  ///< of these, where either is NaN or infinite
    double max_abs = 0;              ///< of the others; complex: the absolute value of a - b
    double sum_squares = 0;          ///< of their |a - b|

    bool has_finite() const noexcept { return n_different > n_not_finite; }
    void merge(const ElementDifference& other) noexcept;
};

/// As many whole elements in `a` as in `b`; neither need be aligned. Integers are subtracted
/// exactly.
ElementDifference difference_of(DType dtype, ByteView a, ByteView b) noexcept;

/// The same of pieces that may end within an element.
class ElementComparison {
public:
    explicit ElementComparison(DType dtype) : dtype_(dtype) {}

    /// As many bytes in `a` as in `b`.
    void add(ByteView a, ByteView b);
    const ElementDifference& difference() const noexcept { return difference_; }

private:
    DType dtype_;
    std::vector<std::byte> a_, b_;  // the beginning of an element that goes on
    ElementDifference difference_;
};

}  // namespace ckptlite::pytree
