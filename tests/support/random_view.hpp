// SPDX-License-Identifier: MIT
// Arrays of random elements seen through random strides: axes permuted, sliced with steps, reversed
// and, if wanted, repeated. The elements in C order are found one by one, by their definition.
// Functions of their arguments only: the same seed, the same view.
#pragma once

#include <random>
#include <vector>

#include "ckptlite/tensor.hpp"

namespace ckptlite::test {

struct RandomView {
    DType dtype = DType::uint8;
    Shape shape{};
    Strides strides{};
    std::size_t first = 0;            ///< byte of element [0, ..., 0] in the memory
    std::vector<std::byte> memory{};  ///< of the whole array

    const std::byte* data() const { return memory.data() + first; }
    std::byte* data() { return memory.data() + first; }
    Tensor tensor() const { return Tensor::borrow(dtype, shape, strides, data()); }
    std::vector<std::byte> c_order() const;
};

/// Rank 0 to 5; about as many elements as `size`, seldom none. `repeats`: axes of stride 0, too.
RandomView random_view(std::mt19937_64& random, DType dtype, std::size_t size, bool repeats);

}  // namespace ckptlite::test
