// SPDX-License-Identifier: MIT
// Numbers about one leaf or two, in double precision and over the finite elements, as the file's
// own statistics are. Each goes through the leaf's chunks once, but for quantile_of. Nothing where
// there is no such number: no finite element, or a sum that overflows.
//
// For the connection's thread. The leaves have elements. Throws InvalidArgument where complex
// numbers, which have no order, have no such number either.
#pragma once

#include <optional>

#include "ext/stored_leaf.hpp"
#include "tree/moments.hpp"

namespace ckptlite::ext {

pytree::Moments moments_of(StoredLeaf& leaf);

/// Throws InvalidArgument for complex numbers; `what` names what was asked for.
void require_order(const StoredLeaf& leaf, const char* what);

/// Of the population: NumPy's std() without ddof.
std::optional<double> deviation_of(StoredLeaf& leaf);

/// `q` is 0 to 1. Exact, with NumPy's linear interpolation between the two nearest elements. Takes
/// 8 MiB at most: leaves of more than a million elements are gone through three to
/// six times, others twice.
std::optional<double> quantile_of(StoredLeaf& leaf, double q);

/// Over the elements that are finite in both. Throws InvalidArgument if the shapes differ.
std::optional<double> distance_of(StoredLeaf& a, StoredLeaf& b);
/// Nothing, too, if one of them is 0. Complex numbers count as pairs of real ones.
std::optional<double> cosine_of(StoredLeaf& a, StoredLeaf& b);

}  // namespace ckptlite::ext
