// SPDX-License-Identifier: MIT
// Prefix codes as DEFLATE has them (RFC 1951, 3.2.2): a code is known by the lengths of its words.
// Pure functions; any thread.
#pragma once

#include <cstdint>
#include <span>

namespace ckptlite::codec {

/// The longest word that DEFLATE knows, and the most symbols that this file's functions take.
inline constexpr unsigned kMaxCodeBits = 15;
inline constexpr std::size_t kMaxCodeSymbols = 288;

/// The lengths of an optimal code without words longer than `limit`: 0 for symbols whose count is
/// 0, and a complete code if two symbols or more occur; 1 for a symbol that occurs alone.
/// 2^limit is at least the number of symbols that occur; the counts' sum is below 2^28.
void make_code_lengths(std::span<const std::uint32_t> counts, unsigned limit,
                       std::span<std::uint8_t> lengths) noexcept;

/// The canonical code of these lengths, each word with its first bit lowest, as it is written.
void make_code_words(std::span<const std::uint8_t> lengths,
                     std::span<std::uint16_t> words) noexcept;

}  // namespace ckptlite::codec
