// SPDX-License-Identifier: MIT
// The bytes of a chunk whose codec is `planes`. They describe themselves: a chunk is shared by
// every leaf with the same bytes, whatever its dtype. Pure functions; any thread.
//
//   u8 width (2, 4, 8) | u8 flags (bit 0: rotated) | width headers of u8 method, u32 LE length |
//   the planes' stored bytes back to back, plane 0 first, and nothing after them
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <span>

#include "base/bytes.hpp"
#include "codec/byte_planes.hpp"

namespace ckptlite::codec {

/// How one plane is stored. On disk: never renumber.
enum class PlaneMethod : std::uint8_t {
    raw = 0,       ///< as it is
    constant = 1,  ///< one byte, which all the plane's bytes equal
    zlib = 2,      ///< one zlib stream
};

/// Whether elements of this layout have planes and fill so many bytes; a plane's length is 32 bits.
constexpr bool fill_planes(std::size_t raw_size, ElementLayout layout) noexcept {
    return has_planes(layout.width) && raw_size != 0 && raw_size % layout.width == 0 &&
           raw_size / layout.width <= std::numeric_limits<std::uint32_t>::max();
}

/// Room that encode_planes() needs for so many raw bytes.
constexpr std::size_t planes_room(std::size_t raw_size) noexcept {
    return raw_size + 64;  // the headers of eight planes are 42
}

/// Encodes elements that fill_planes() into `room`, planes_room(raw.size()) bytes, and returns the
/// chunk's size; nothing if it would not be smaller than `raw`.
std::optional<std::size_t> encode_planes(ByteView raw, ElementLayout layout,
                                         std::span<std::byte> room);

/// Stored bytes, and memory of the size that they must decode to.
struct PlanesJob {
    ByteView stored{};
    std::span<std::byte> out{};
};

inline constexpr std::size_t kMaxPlanesJobs = 2;

/// Fills `out` of at most kMaxPlanesJobs jobs, or throws Corrupt if one's `stored` is not exactly
/// an encoding of so many bytes. Two together take less time than one after the other.
void decode_planes(std::span<const PlanesJob> jobs);

}  // namespace ckptlite::codec
