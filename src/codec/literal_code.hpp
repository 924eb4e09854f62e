// SPDX-License-Identifier: MIT
// The code for literals and lengths of one block, and the loop that spends the encoder's time:
// writing literals, two for each look-up. One thread at a time.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "base/bytes.hpp"
#include "base/instruction_set.hpp"
#include "codec/bit_writer.hpp"
#include "codec/deflate_symbols.hpp"

namespace ckptlite::codec {

/// A word and its number of bits in one number, for one look-up: six bits for the number, because
/// what is above them does not count when a register is shifted.
inline constexpr unsigned kEntryBits = 6;

constexpr std::uint64_t word_of(std::uint32_t entry) noexcept {
    return entry >> kEntryBits;
}

constexpr unsigned bits_of(std::uint32_t entry) noexcept {
    return entry & ((1U << kEntryBits) - 1);
}

struct LiteralCode {
    /// The longest word. Two of them and their number of bits fit 32 bits; look-ups of the decoder
    /// find it in one step. Planes of weights would be 0.02 % smaller with 15.
    static constexpr unsigned kMaxBits = 11;

    explicit LiteralCode(const std::array<std::uint32_t, kLiteralSymbols>& counts) noexcept;

    std::array<std::uint8_t, kLiteralSymbols> lengths;
    std::array<std::uint32_t, kLiteralSymbols> entries;
};

/// Entries of two literals, the first of them in the low byte of the index.
using LiteralPairs = std::array<std::uint32_t, 1 << 16>;

/// Fills the entries of literals that occur; the others hold anything.
void make_pairs(const LiteralCode& code, LiteralPairs& pairs, InstructionSet set) noexcept;

/// Without `pairs`, one literal for each look-up: for few of them, which are not worth the table.
void put_literals(BitWriter& writer, const LiteralCode& code, const LiteralPairs* pairs,
                  ByteView literals, InstructionSet set) noexcept;

}  // namespace ckptlite::codec
