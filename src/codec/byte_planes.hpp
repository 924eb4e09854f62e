// SPDX-License-Identifier: MIT
// Takes elements apart into byte planes, and puts them together again: plane i holds byte i of
// every element, byte 0 being the least significant. The exponents of floating point numbers then
// lie beside each other, where a Huffman code finds them. Pure functions; any thread.
#pragma once

#include <cstdint>
#include <span>

#include "base/bytes.hpp"
#include "base/instruction_set.hpp"

namespace ckptlite::codec {

/// How the bytes of a chunk form elements.
struct ElementLayout {
    /// Bytes of an element: 1, 2, 4 or 8.
    std::uint8_t width = 1;
    /// Rotate each element left by one bit first, so that the whole exponent of a float lies in
    /// the top plane and its sign in bit 0. Means nothing for a width of 1.
    bool rotate = false;
};

inline constexpr std::size_t kMaxPlanes = 8;

/// Whether elements of this width have planes: 2, 4 or 8.
constexpr bool has_planes(std::size_t width) noexcept {
    return width == 2 || width == 4 || width == 8;
}

/// Writes plane i to planes[i], which has room for elements.size() / layout.width bytes.
/// layout.width has planes and divides elements.size(); there are layout.width of them; neither
/// they nor the elements overlap.
void split_planes(ByteView elements, ElementLayout layout, std::span<std::byte* const> planes,
                  InstructionSet set = best_instruction_set()) noexcept;

/// The inverse. There are 2, 4 or 8 planes, and each holds elements.size() / planes.size() bytes;
/// none overlaps `elements`.
void merge_planes(std::span<const ByteView> planes, bool rotate, std::span<std::byte> elements,
                  InstructionSet set = best_instruction_set()) noexcept;

}  // namespace ckptlite::codec
