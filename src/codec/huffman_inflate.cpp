// SPDX-License-Identifier: MIT
#include "codec/huffman_inflate.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <cstring>

#include "codec/adler32.hpp"
#include "codec/bit_reader.hpp"
#include "codec/deflate_symbols.hpp"
#include "codec/huffman_code.hpp"

namespace ckptlite::codec {
namespace {

constexpr unsigned kTableBits = 11;
constexpr std::size_t kTableSize = 1 << kTableBits;

/// What a look-up gives, in one number: bits used (1 byte), literals among them (1 byte), and those
/// literals (6 bytes). Without literals it is another symbol, in the place of the literals.
using Entry = std::uint64_t;
constexpr unsigned kMaxLiterals = 6;

constexpr unsigned used_bits(Entry entry) noexcept {
    return entry & 0x3F;
}
constexpr std::size_t literals_in(Entry entry) noexcept {
    return (entry >> 8) & 0xFF;
}
constexpr std::uint64_t symbols_in(Entry entry) noexcept {
    return entry >> 16;
}

struct Table {
    std::array<Entry, kTableSize> entries;
};

/// Sixteen bits of the code for lengths: a symbol and its number of bits.
struct Symbol {
    std::uint16_t symbol;
    std::uint8_t bits;
};

/// Whether the code has a word for all bits that may come.
bool is_complete(std::span<const std::uint8_t> lengths) noexcept {
    std::uint32_t sum = 0;
    for (const std::uint8_t length : lengths) {
        if (length > 0) sum += 1U << (kMaxCodeBits - length);
    }
    return sum == 1U << kMaxCodeBits;
}

/// The symbol for each value of `bits` bits to come. The code is complete and has no longer words.
void fill_symbols(std::span<const std::uint8_t> lengths, unsigned bits, Symbol* symbols) noexcept {
    std::array<std::uint16_t, kMaxCodeSymbols> words;
    make_code_words(lengths, words);
    for (std::size_t symbol = 0; symbol < lengths.size(); ++symbol) {
        const std::uint8_t length = lengths[symbol];
        if (length == 0) continue;
        for (std::size_t i = words[symbol]; i < std::size_t{1} << bits; i += 1U << length) {
            symbols[i] = {static_cast<std::uint16_t>(symbol), length};
        }
    }
}

void fill_table(std::span<const std::uint8_t> lengths, Table& table) noexcept {
    std::array<Symbol, kTableSize> symbols;
    fill_symbols(lengths, kTableBits, symbols.data());
    for (std::size_t i = 0; i < kTableSize; ++i) {
        unsigned used = symbols[i].bits;
        unsigned count = 0;
        std::uint64_t found = symbols[i].symbol;
        if (found < kEndOfBlock) {
            count = 1;
            for (; count < kMaxLiterals; ++count) {
                const Symbol next = symbols[i >> used];
                if (next.symbol >= kEndOfBlock || used + next.bits > kTableBits) break;
                found |= std::uint64_t{next.symbol} << (8 * count);
                used += next.bits;
            }
        }
        table.entries[i] = found << 16 | std::uint64_t{count} << 8 | used;
    }
}

/// The lengths of the code for literals and lengths, from the head of a block.
bool read_lengths(BitReader& reader, std::array<std::uint8_t, kLiteralSymbols>& lengths) noexcept {
    constexpr unsigned kTokenWordBits = 7;
    std::size_t n_literals = 0;
    std::size_t n_distances = 0;
    std::size_t n_tokens = 0;
    if (!reader.read(5, n_literals) || !reader.read(5, n_distances) || !reader.read(4, n_tokens)) {
        return false;
    }
    n_literals += 257;
    n_distances += 1;
    n_tokens += 4;
    if (n_literals > kLiteralSymbols || n_distances != 2) return false;
    std::array<std::uint8_t, kTokenOrder.size()> token_lengths{};
    for (std::size_t i = 0; i < n_tokens; ++i) {
        if (!reader.read(3, token_lengths[kTokenOrder[i]])) return false;
    }
    if (!is_complete(token_lengths)) return false;
    std::array<Symbol, 1 << kTokenWordBits> tokens;
    fill_symbols(token_lengths, kTokenWordBits, tokens.data());

    std::array<std::uint8_t, kLiteralSymbols + 2> all{};
    const std::size_t n = n_literals + n_distances;
    for (std::size_t i = 0; i < n;) {
        reader.refill();
        const Symbol token = tokens[reader.bits() & (tokens.size() - 1)];
        if (!reader.take(token.bits)) return false;
        std::uint8_t value = static_cast<std::uint8_t>(token.symbol);
        std::size_t times = 0;
        if (token.symbol < 16) {
            all[i++] = value;
            continue;
        }
        if (token.symbol == 16 && i == 0) return false;
        value = token.symbol == 16 ? all[i - 1] : std::uint8_t{0};
        constexpr std::array<std::uint8_t, 3> kExtraBits = {2, 3, 7};
        constexpr std::array<std::uint8_t, 3> kLeast = {3, 3, 11};
        const std::size_t kind = token.symbol - 16U;
        if (!reader.read(kExtraBits[kind], times)) return false;
        times += kLeast[kind];
        if (times > n - i) return false;
        std::fill_n(all.begin() + static_cast<std::ptrdiff_t>(i), times, value);
        i += times;
    }
    if (all[n_literals] != 1 || all[n_literals + 1] != 1) return false;
    lengths.fill(0);
    std::copy_n(all.begin(), n_literals, lengths.begin());
    return lengths[kEndOfBlock] != 0 && is_complete(lengths) &&
           *std::max_element(lengths.begin(), lengths.end()) <= kTableBits;
}

struct MatchLength {
    std::uint16_t base;
    std::uint8_t extra_bits;
};

constexpr auto kMatchLengths = [] {
    std::array<MatchLength, kLiteralSymbols - kFirstLength> all{};
    for (std::size_t length = kMaxMatch; length >= kMinMatch; --length) {
        const LengthCode code = length_code(length);
        all[code.symbol - kFirstLength] = {static_cast<std::uint16_t>(length), code.extra_bits};
    }
    return all;
}();

/// Where the next decoded byte goes.
struct Output {
    std::byte* begin;
    std::byte* at;
    std::byte* end;

    std::size_t left() const noexcept { return static_cast<std::size_t>(end - at); }
};

/// A match of distance 1, whose symbol was taken.
bool put_match(BitReader& reader, std::uint64_t symbol, Output& out) noexcept {
    const MatchLength match = kMatchLengths[symbol - kFirstLength];
    std::size_t length = 0;
    unsigned distance = 0;
    if (!reader.read(match.extra_bits, length) || !reader.read(1, distance)) return false;
    length += match.base;
    if (distance != 0 || out.at == out.begin || length > out.left()) return false;
    std::memset(out.at, std::to_integer<int>(out.at[-1]), length);
    out.at += length;
    return true;
}

// Four look-ups of 11 bits after each refill, each of which stores eight bytes. Ends before a
// symbol that is no literal, or near the end of the stream or of the output.
CKPTLITE_ALWAYS_INLINE void put_literals_with(BitReader& reader, const Table& table, Output& out) {
    constexpr std::size_t kStored = 4 * 8;
    BitReader local = reader;
    std::byte* at = out.at;
    while (local.has_word() && static_cast<std::size_t>(out.end - at) >= kStored) {
        local.refill_word();
        Entry entry = 1 << 8;
        for (int i = 0; i < 4; ++i) {
            entry = table.entries[local.bits() % kTableSize];
            if (literals_in(entry) == 0) break;
            const std::uint64_t literals = symbols_in(entry);
            std::memcpy(at, &literals, sizeof literals);
            at += literals_in(entry);
            local.skip(used_bits(entry));
        }
        if (literals_in(entry) == 0) break;
    }
    reader = local;
    out.at = at;
}

void put_literals_baseline(BitReader& reader, const Table& table, Output& out) noexcept {
    put_literals_with(reader, table, out);
}

CKPTLITE_TARGET_AVX2 void put_literals_avx2(BitReader& reader, const Table& table,
                                            Output& out) noexcept {
    put_literals_with(reader, table, out);
}

bool put_block(BitReader& reader, const Table& table, Output& out, InstructionSet set) noexcept {
    const auto put_literals =
        set == InstructionSet::avx2 ? put_literals_avx2 : put_literals_baseline;
    for (;;) {
        put_literals(reader, table, out);
        reader.refill();
        const Entry entry = table.entries[reader.bits() % kTableSize];
        if (!reader.take(used_bits(entry))) return false;
        const std::size_t n = literals_in(entry);
        const std::uint64_t symbols = symbols_in(entry);
        if (n > 0) {
            if (n > out.left()) return false;
            std::memcpy(out.at, &symbols, n);
            out.at += n;
        } else if (symbols == kEndOfBlock) {
            return true;
        } else if (!put_match(reader, symbols, out)) {
            return false;
        }
    }
}

bool is_zlib_header(ByteView stream) noexcept {
    if (stream.size() < 2) return false;
    const auto method = std::to_integer<unsigned>(stream[0]);
    const auto flags = std::to_integer<unsigned>(stream[1]);
    constexpr unsigned kDictionary = 0x20;
    return (method & 0x0F) == 8 && method >> 4 <= 7 && (flags & kDictionary) == 0 &&
           (method << 8 | flags) % 31 == 0;
}

}  // namespace

bool huffman_decompress(ByteView stream, std::span<std::byte> bytes, InstructionSet set) noexcept {
    if (!is_zlib_header(stream)) return false;
    BitReader reader(stream.subspan(2));
    Output out{bytes.data(), bytes.data(), bytes.data() + bytes.size()};
    Table table;
    std::array<std::uint8_t, kLiteralSymbols> lengths;
    for (unsigned is_last = 0; is_last == 0;) {
        unsigned type = 0;
        if (!reader.read(1, is_last) || !reader.read(2, type) || type != kDynamicBlock) {
            return false;
        }
        if (!read_lengths(reader, lengths)) return false;
        fill_table(lengths, table);
        if (!put_block(reader, table, out, set)) return false;
    }
    const ByteView trailer = reader.rest();
    if (out.left() != 0 || trailer.size() != 4) return false;
    std::uint32_t check = 0;
    for (const std::byte byte : trailer) check = check << 8 | std::to_integer<std::uint32_t>(byte);
    return check == adler32(bytes, set);
}

}  // namespace ckptlite::codec
