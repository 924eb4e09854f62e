// SPDX-License-Identifier: MIT
// Minimum, maximum, mean and norm of a tensor, computed chunk by chunk.
//
// Each chunk gives its Moments, on any thread; merged in the order of the chunks they give the same
// bits whatever the number of threads. Pure functions; any thread.
#pragma once

#include <cstdint>
#include <limits>

#include "base/bytes.hpp"
#include "base/instruction_set.hpp"
#include "ckptlite/dtype.hpp"
#include "ckptlite/statistics.hpp"

namespace ckptlite::pytree {

/// What is known of some elements. min, max and sums are of the finite ones; a default-made object
/// speaks of no element. A complex element with a NaN part counts as NaN, else with an infinite
/// part as infinite; it adds |z|^2 to sum_squares and nothing to min, max and sum.
struct Moments {
    std::uint64_t n_finite = 0;
    std::uint64_t nan_count = 0;
    std::uint64_t inf_count = 0;
    double min = std::numeric_limits<double>::infinity();
    double max = -std::numeric_limits<double>::infinity();
    double sum = 0;
    double sum_squares = 0;

    void merge(const Moments& other) noexcept;
};

/// `bytes` need not be aligned; bytes of a last incomplete element are ignored. The same bits
/// whatever the instructions.
Moments moments_of(DType dtype, ByteView bytes,
                   InstructionSet set = best_instruction_set()) noexcept;

/// What the file says of a leaf with these elements.
LeafStatistics statistics_of(DType dtype, const Moments& moments) noexcept;

}  // namespace ckptlite::pytree
