// SPDX-License-Identifier: MIT
// Matrices as spans of floats in C order, and the one product that training needs.
//
// Every sum is taken in the same order whatever the machine's load or the memory's alignment, so
// equal inputs give equal bits: that is what makes a resumed run the same run. The inner loop goes
// along a row, which compilers vectorise without reordering any sum.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace char_lm {

/// c += a b, with a of [m, k], b of [k, n] and c of [m, n]; m and k follow from the sizes.
void add_product(std::span<const float> a, std::span<const float> b, std::span<float> c,
                 std::size_t n);

/// The transpose of [rows, columns].
std::vector<float> transposed(std::span<const float> a, std::size_t columns);

}  // namespace char_lm
