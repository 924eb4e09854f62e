// SPDX-License-Identifier: MIT
#include "codec/dynamic_header.hpp"

#include <algorithm>

#include "codec/huffman_code.hpp"

namespace ckptlite::codec {
namespace {

constexpr std::uint8_t kRepeatLast = 16;  // 3 to 6 times
constexpr std::uint8_t kFewZeros = 17;    // 3 to 10
constexpr std::uint8_t kManyZeros = 18;   // 11 to 138
constexpr unsigned kTokenWordBits = 7;
constexpr unsigned kTokenLengthBits = 3;
constexpr std::size_t kMinTokenLengths = 4;
constexpr std::size_t kMinLiterals = 257;

}  // namespace

void DynamicHeader::add_repeated(std::uint8_t length, std::size_t times) noexcept {
    if (length == 0) {
        for (; times >= 11; times -= std::min<std::size_t>(times, 138)) {
            const auto extra = static_cast<std::uint8_t>(std::min<std::size_t>(times, 138) - 11);
            add({kManyZeros, 7, extra});
        }
        if (times >= 3) {
            add({kFewZeros, 3, static_cast<std::uint8_t>(times - 3)});
            times = 0;
        }
    } else if (times >= 4) {
        add({length, 0, 0});
        --times;
        for (; times >= 3; times -= std::min<std::size_t>(times, 6)) {
            const auto extra = static_cast<std::uint8_t>(std::min<std::size_t>(times, 6) - 3);
            add({kRepeatLast, 2, extra});
        }
    }
    for (; times > 0; --times) add({length, 0, 0});
}

DynamicHeader::DynamicHeader(std::span<const std::uint8_t> lengths) noexcept {
    n_literals_ = lengths.size();
    while (n_literals_ > kMinLiterals && lengths[n_literals_ - 1] == 0) --n_literals_;
    for (std::size_t i = 0; i < n_literals_;) {
        std::size_t end = i + 1;
        while (end < n_literals_ && lengths[end] == lengths[i]) ++end;
        add_repeated(lengths[i], end - i);
        i = end;
    }
    for (std::size_t i = 0; i < kDistances; ++i) add({1, 0, 0});

    std::array<std::uint32_t, kTokenOrder.size()> counts{};
    for (const Token& token : std::span(tokens_).first(n_tokens_)) ++counts[token.symbol];
    make_code_lengths(counts, kTokenWordBits, token_lengths_);
    n_token_lengths_ = kTokenOrder.size();
    // Stops at the latest at 1, the length of the distances' words.
    while (token_lengths_[kTokenOrder[n_token_lengths_ - 1]] == 0) --n_token_lengths_;
    bits_ = 3 + 5 + 5 + 4 + kTokenLengthBits * n_token_lengths_;
    for (const Token& token : std::span(tokens_).first(n_tokens_)) {
        bits_ += token_lengths_[token.symbol] + std::size_t{token.extra_bits};
    }
}

void DynamicHeader::write(BitWriter& writer, bool is_last) const noexcept {
    writer.put(is_last ? 1 : 0, 1);
    writer.put(kDynamicBlock, 2);
    writer.put(n_literals_ - kMinLiterals, 5);
    writer.put(kDistances - 1, 5);
    writer.put(n_token_lengths_ - kMinTokenLengths, 4);
    for (std::size_t i = 0; i < n_token_lengths_; ++i) {
        writer.put(token_lengths_[kTokenOrder[i]], kTokenLengthBits);
    }
    std::array<std::uint16_t, kTokenOrder.size()> words;
    make_code_words(token_lengths_, words);
    for (const Token& token : std::span(tokens_).first(n_tokens_)) {
        writer.put(words[token.symbol], token_lengths_[token.symbol]);
        if (token.extra_bits > 0) writer.put(token.extra, token.extra_bits);
    }
}

}  // namespace ckptlite::codec
