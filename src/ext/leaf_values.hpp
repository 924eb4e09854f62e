// SPDX-License-Identifier: MIT
// All elements of a leaf, one piece after the other. For the connection's thread.
#pragma once

#include <functional>
#include <span>

#include "ext/stored_leaf.hpp"

namespace ckptlite::ext {

/// The bytes of whole elements, as they lie in the chunks.
void for_each_piece(StoredLeaf& leaf, const std::function<void(ByteView)>& visit);

/// A few thousand numbers at a time, two for a complex element.
void for_each_values(StoredLeaf& leaf, const std::function<void(std::span<const double>)>& visit);

/// Of two leaves of one size, as many numbers of each. An element that is complex in only one of
/// them has an imaginary part of 0 in the other.
void for_each_pair_of_values(
    StoredLeaf& a, StoredLeaf& b,
    const std::function<void(std::span<const double>, std::span<const double>)>& visit);

}  // namespace ckptlite::ext
