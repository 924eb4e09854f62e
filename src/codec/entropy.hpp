// SPDX-License-Identifier: MIT
// Guesses from a sample whether a Huffman code would make bytes smaller. Deterministic: the same
// bytes always get the same answer, so the same chunk is always encoded the same way.
// Pure functions; any thread.
#pragma once

#include <array>

#include "base/bytes.hpp"
#include "codec/byte_planes.hpp"

namespace ckptlite::codec {

/// Elements looked at, however many there are.
inline constexpr std::size_t kEntropySamples = 4096;

/// Bits per byte above which bytes are stored as they are. A Huffman code saves 1 - entropy / 8.
/// Random bytes measure 7.95 here, because a sample of 4096 shows a little less than their 8 bits.
/// Of trained weights and their Adam state, size and the time of encoding and decoding with other
/// limits: 6.5 and 6.75 leave out the lowest plane of nu (6.98), +1.0 points for -25 % to encode
/// and -30 % to decode, where each look-up gives a single byte; 7.2 to 7.5 take it in; 7.6 takes in
/// bfloat16 mantissas of nu (7.56), -0.5 points for +20 and +30 %; 7.9 takes in the lowest plane of
/// mu (7.85), -0.05 points for +20 and +40 %.
inline constexpr double kIncompressibleBits = 6.75;

/// Order-0 entropy in bits per byte, 0 to 8, of samples spread evenly. Of nothing: 0.
double sampled_entropy(ByteView bytes) noexcept;

/// The same of each byte plane of these elements, without taking them all apart. layout.width has
/// planes and divides elements.size().
std::array<double, kMaxPlanes> sampled_entropies(ByteView elements, ElementLayout layout) noexcept;

inline bool looks_compressible(ByteView bytes) noexcept {
    return sampled_entropy(bytes) <= kIncompressibleBits;
}

}  // namespace ckptlite::codec
