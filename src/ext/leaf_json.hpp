// SPDX-License-Identifier: MIT
// A part of a leaf as nested JSON arrays. For the connection's thread.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "ckptlite/slice.hpp"
#include "ext/stored_leaf.hpp"

namespace ckptlite::ext {

/// Elements in one JSON text; over that the memory it takes would be out of hand.
inline constexpr std::uint64_t kMaxJsonElements = 1'000'000;

/// Nested as the axes that are left; an element alone if none is. Throws InvalidArgument if there
/// are more than kMaxJsonElements elements, or arrays.
std::string json_of(StoredLeaf& leaf, std::span<const AxisRange> part);

}  // namespace ckptlite::ext
