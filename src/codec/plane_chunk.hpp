// SPDX-License-Identifier: MIT
// The bytes of a chunk whose codec is `planes`. They describe themselves: a chunk is shared by
// every leaf with the same bytes, whatever its dtype. Pure functions; any thread.
//
//   u8 width (2, 4, 8) | u8 flags (bit 0: rotated) | width headers of u8 method, u32 LE length |
//   the planes' stored bytes back to back, plane 0 first, and nothing after them
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "base/bytes.hpp"
#include "codec/byte_planes.hpp"

namespace ckptlite::codec {

/// How one plane is stored. On disk: never renumber.
enum class PlaneMethod : std::uint8_t {
    raw = 0,       ///< as it is
    constant = 1,  ///< one byte, which all the plane's bytes equal
    zlib = 2,      ///< one zlib stream
};

/// Nothing if elements of this layout have no planes or do not fill `raw`. May be larger than
/// `raw`: random bytes are stored as they are, behind the headers.
std::optional<std::vector<std::byte>> encode_planes(ByteView raw, ElementLayout layout);

/// Fills `out`, or throws Corrupt if `stored` is not exactly an encoding of so many bytes.
void decode_planes(ByteView stored, std::span<std::byte> out);

}  // namespace ckptlite::codec
