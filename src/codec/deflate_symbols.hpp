// SPDX-License-Identifier: MIT
// The numbers of RFC 1951 that the encoder and the decoder of byte planes share.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

namespace ckptlite::codec {

inline constexpr std::size_t kEndOfBlock = 256;
inline constexpr std::size_t kFirstLength = 257;
inline constexpr std::size_t kLiteralSymbols = 286;  ///< literals, end of block, lengths
inline constexpr std::size_t kMinMatch = 3;
inline constexpr std::size_t kMaxMatch = 258;

/// What begins a block with codes of its own: whether it is the last, its type 2, and how many
/// lengths of codes follow.
inline constexpr unsigned kDynamicBlock = 2;

/// The order in which the lengths of the code for lengths are written.
inline constexpr std::array<std::uint8_t, 19> kTokenOrder = {16, 17, 18, 0, 8,  7, 9,  6, 10, 5,
                                                             11, 4,  12, 3, 13, 2, 14, 1, 15};

/// How the length of a match is written: a symbol and some bits after it.
struct LengthCode {
    std::uint16_t symbol;
    std::uint8_t extra_bits;
    std::uint8_t extra;
};

/// 3.2.5: the first eight symbols have no extra bits, then each four have one bit more.
constexpr LengthCode length_code(std::size_t length) noexcept {
    if (length == kMaxMatch) return {285, 0, 0};
    const auto offset = static_cast<unsigned>(length - kMinMatch);
    const auto bits = offset < 8 ? 0U : static_cast<unsigned>(std::bit_width(offset)) - 3;
    const std::size_t symbol = kFirstLength + 4 * bits + (offset >> bits);
    return {static_cast<std::uint16_t>(symbol), static_cast<std::uint8_t>(bits),
            static_cast<std::uint8_t>(offset & ((1U << bits) - 1))};
}
static_assert(length_code(3).symbol == 257 && length_code(10).symbol == 264);
static_assert(length_code(11).symbol == 265 && length_code(12).extra == 1);
static_assert(length_code(257).symbol == 284 && length_code(257).extra == 30);

}  // namespace ckptlite::codec
