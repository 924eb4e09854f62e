// SPDX-License-Identifier: MIT
// The head of a DEFLATE block that has codes of its own (RFC 1951, 3.2.7). The code for distances
// is fixed here: distance 1 is the bit 0. One thread at a time.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "codec/bit_writer.hpp"
#include "codec/deflate_symbols.hpp"

namespace ckptlite::codec {

class DynamicHeader {
public:
    /// `lengths` of the code for literals and lengths, kLiteralSymbols of them.
    explicit DynamicHeader(std::span<const std::uint8_t> lengths) noexcept;

    std::size_t bits() const noexcept { return bits_; }
    void write(BitWriter& writer, bool is_last) const noexcept;

private:
    // One bit each, so that the code is complete; the second is never written. Old decoders want
    // two, and a block without matches has the same head.
    static constexpr std::size_t kDistances = 2;

    /// A symbol of the code for lengths: a length, or a repetition with the bits that count it.
    struct Token {
        std::uint8_t symbol;
        std::uint8_t extra_bits;
        std::uint8_t extra;
    };

    void add_repeated(std::uint8_t length, std::size_t times) noexcept;
    void add(Token token) noexcept { tokens_[n_tokens_++] = token; }

    std::size_t n_literals_ = 0;
    std::size_t n_tokens_ = 0;
    std::size_t n_token_lengths_ = 0;
    std::size_t bits_ = 0;
    std::array<Token, kLiteralSymbols + kDistances> tokens_;
    std::array<std::uint8_t, kTokenOrder.size()> token_lengths_;
};

}  // namespace ckptlite::codec
