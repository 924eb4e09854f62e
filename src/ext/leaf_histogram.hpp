// SPDX-License-Identifier: MIT
// How the finite elements of a leaf are spread, as numpy.histogram() of the elements as doubles.
// For the connection's thread.
#pragma once

#include <cstdint>
#include <vector>

#include "ext/stored_leaf.hpp"

namespace ckptlite::ext {

inline constexpr std::int64_t kMaxBins = 1'000'000;

struct Bin {
    double low = 0;
    double high = 0;          ///< the next bin's low; an element equal to it is in the next,
    std::uint64_t count = 0;  ///< but for the last one, which has its high
};

/// As many bins of one width from the least element to the greatest; from 0.5 below to 0.5 above it
/// if all are equal. None if no element is finite. Goes through the leaf twice. Throws
/// InvalidArgument for complex numbers, another number of bins than 1 to kMaxBins, and where
/// doubles cannot tell the bounds apart, or the least from the greatest.
std::vector<Bin> histogram_of(StoredLeaf& leaf, std::int64_t bins);

}  // namespace ckptlite::ext
