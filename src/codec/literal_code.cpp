// SPDX-License-Identifier: MIT
#include "codec/literal_code.hpp"

#include "codec/huffman_code.hpp"

namespace ckptlite::codec {
namespace {

CKPTLITE_ALWAYS_INLINE void make_pairs_with(const LiteralCode& code, LiteralPairs& pairs) {
    for (std::size_t second = 0; second < 256; ++second) {
        const std::uint32_t entry = code.entries[second];
        if (entry == 0) continue;
        const std::uint32_t word = entry >> kEntryBits << kEntryBits;
        std::uint32_t* const row = pairs.data() + (second << 8);
        for (std::size_t first = 0; first < 256; ++first) {
            const std::uint32_t start = code.entries[first];
            row[first] = start + (word << bits_of(start)) + bits_of(entry);
        }
    }
}

/// Two entries as one: 48 bits and their number.
struct Quad {
    std::uint64_t word;
    unsigned bits;

    CKPTLITE_ALWAYS_INLINE Quad(std::uint32_t a, std::uint32_t b)
        : word(word_of(a) | word_of(b) << bits_of(a)), bits(bits_of(a) + bits_of(b)) {}
};

CKPTLITE_ALWAYS_INLINE void put_literals_with(BitWriter& writer, const LiteralCode& code,
                                              const LiteralPairs* pairs, ByteView literals) {
    BitWriter local = writer;  // no store of bytes can change it: it stays in registers
    const std::byte* at = literals.data();
    std::size_t left = literals.size();
    for (; pairs != nullptr && left >= 8; left -= 8, at += 8) {
        const auto eight = load_le<std::uint64_t>(at);
        const Quad low((*pairs)[eight & 0xFFFF], (*pairs)[(eight >> 16) & 0xFFFF]);
        const Quad high((*pairs)[(eight >> 32) & 0xFFFF], (*pairs)[eight >> 48]);
        if (low.bits + high.bits <= BitWriter::kMaxBits) [[likely]] {
            local.put(low.word | high.word << low.bits, low.bits + high.bits);
        } else {
            local.put(low.word, low.bits);
            local.put(high.word, high.bits);
        }
    }
    for (; left > 0; --left, ++at) {
        const std::uint32_t entry = code.entries[std::to_integer<std::size_t>(*at)];
        local.put(word_of(entry), bits_of(entry));
    }
    writer = local;
}

void make_pairs_baseline(const LiteralCode& code, LiteralPairs& pairs) noexcept {
    make_pairs_with(code, pairs);
}

CKPTLITE_TARGET_AVX2 void make_pairs_avx2(const LiteralCode& code, LiteralPairs& pairs) noexcept {
    make_pairs_with(code, pairs);
}

void put_literals_baseline(BitWriter& writer, const LiteralCode& code, const LiteralPairs* pairs,
                           ByteView literals) noexcept {
    put_literals_with(writer, code, pairs, literals);
}

CKPTLITE_TARGET_AVX2 void put_literals_avx2(BitWriter& writer, const LiteralCode& code,
                                            const LiteralPairs* pairs, ByteView literals) noexcept {
    put_literals_with(writer, code, pairs, literals);
}

}  // namespace

LiteralCode::LiteralCode(const std::array<std::uint32_t, kLiteralSymbols>& counts) noexcept {
    make_code_lengths(counts, kMaxBits, lengths);
    std::array<std::uint16_t, kLiteralSymbols> words;
    make_code_words(lengths, words);
    for (std::size_t i = 0; i < words.size(); ++i) {
        entries[i] = std::uint32_t{words[i]} << kEntryBits | lengths[i];
    }
}

void make_pairs(const LiteralCode& code, LiteralPairs& pairs, InstructionSet set) noexcept {
    (set == InstructionSet::avx2 ? make_pairs_avx2 : make_pairs_baseline)(code, pairs);
}

void put_literals(BitWriter& writer, const LiteralCode& code, const LiteralPairs* pairs,
                  ByteView literals, InstructionSet set) noexcept {
    (set == InstructionSet::avx2 ? put_literals_avx2 : put_literals_baseline)(writer, code, pairs,
                                                                              literals);
}

}  // namespace ckptlite::codec
