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

/// What a look-up gives, in one number: bits used (1 byte), number of literals (1 byte), and the
/// literals (6 bytes). Any other symbol stands in their place, with kNoLiteral set.
using Entry = std::uint64_t;
constexpr unsigned kMaxLiterals = 5;
constexpr Entry kNoLiteral = Entry{1} << 63;

constexpr std::uint8_t used_bits(Entry entry) noexcept {
    return static_cast<std::uint8_t>(entry);
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
        table.entries[i] =
            found << 16 | std::uint64_t{count} << 8 | used | (count == 0 ? kNoLiteral : 0);
    }
}

/// The lengths of the code for literals and lengths, from the head of a block.
bool read_lengths(BitReader& reader, std::array<std::uint8_t, kLiteralSymbols>& lengths) noexcept {
    constexpr unsigned kTokenWordBits = 7;
    unsigned counts = 0;
    if (!reader.read(14, counts)) return false;
    const std::size_t n_literals = 257 + counts % 32;
    const std::size_t n_distances = 1 + counts / 32 % 32;
    const std::size_t n_tokens = 4 + counts / 1024;
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

/// The stream of a job on its way.
struct Decoding {
    BitReader reader{{}};
    Output out{};
    Table table;
    bool is_last = false;       ///< the block begun is the stream's last one
    InflateJob* job = nullptr;  ///< nothing: the stream is done, or not for this decoder
};

constexpr unsigned kLookUps = 4;  // of 11 bits, after each refill

/// Rounds of the fast loop that neither the stream's end nor the output's can come into: a refill
/// takes at most eight bytes, and each look-up stores eight.
std::size_t safe_rounds(const Decoding& a) noexcept {
    return std::min(a.reader.words_left(), a.out.left() / (kLookUps * 8));
}

CKPTLITE_ALWAYS_INLINE Entry next_entry(const BitReader& reader, const Table& table) noexcept {
    return table.entries[reader.bits() % kTableSize];
}

CKPTLITE_ALWAYS_INLINE void put_entry(Entry entry, BitReader& reader, std::byte*& at) noexcept {
    const std::uint64_t literals = symbols_in(entry);
    std::memcpy(at, &literals, sizeof literals);
    at += literals_in(entry);
    reader.skip(used_bits(entry));
}

// Ends before a symbol that is no literal, or near the end of the stream or of the output.
CKPTLITE_ALWAYS_INLINE void put_literals_of_one(Decoding& a) noexcept {
    bool literals = true;
    while (literals) {
        std::size_t rounds = safe_rounds(a);
        if (rounds == 0) return;
        BitReader reader = a.reader;
        std::byte* at = a.out.at;
        for (; literals && rounds > 0; --rounds) {
            reader.refill_word();
            for (unsigned i = 0; i < kLookUps; ++i) {
                const Entry entry = next_entry(reader, a.table);
                literals = (entry & kNoLiteral) == 0;
                if (!literals) break;
                put_entry(entry, reader, at);
            }
        }
        a.reader = reader;
        a.out.at = at;
    }
}

// The same for two streams at once. Each look-up waits for the one before it in its stream, so that
// a processor has time for another stream in between.
CKPTLITE_ALWAYS_INLINE void put_literals_of_two(Decoding& a, Decoding& b) noexcept {
    bool literals = true;
    while (literals) {
        std::size_t rounds = std::min(safe_rounds(a), safe_rounds(b));
        if (rounds == 0) return;
        BitReader reader_a = a.reader;
        BitReader reader_b = b.reader;
        std::byte* at_a = a.out.at;
        std::byte* at_b = b.out.at;
        for (; literals && rounds > 0; --rounds) {
            reader_a.refill_word();
            reader_b.refill_word();
            for (unsigned i = 0; i < kLookUps; ++i) {
                const Entry entry_a = next_entry(reader_a, a.table);
                const Entry entry_b = next_entry(reader_b, b.table);
                literals = ((entry_a | entry_b) & kNoLiteral) == 0;
                if (!literals) break;
                put_entry(entry_a, reader_a, at_a);
                put_entry(entry_b, reader_b, at_b);
            }
        }
        a.reader = reader_a;
        b.reader = reader_b;
        a.out.at = at_a;
        b.out.at = at_b;
    }
}

struct PutLiterals {
    void (*of_one)(Decoding&) noexcept;
    void (*of_two)(Decoding&, Decoding&) noexcept;
};

void one_baseline(Decoding& a) noexcept {
    put_literals_of_one(a);
}
void two_baseline(Decoding& a, Decoding& b) noexcept {
    put_literals_of_two(a, b);
}
CKPTLITE_TARGET_AVX2 void one_avx2(Decoding& a) noexcept {
    put_literals_of_one(a);
}
CKPTLITE_TARGET_AVX2 void two_avx2(Decoding& a, Decoding& b) noexcept {
    put_literals_of_two(a, b);
}

PutLiterals literal_loops(InstructionSet set) noexcept {
    return set == InstructionSet::avx2 ? PutLiterals{one_avx2, two_avx2}
                                       : PutLiterals{one_baseline, two_baseline};
}

bool begin_block(Decoding& a) noexcept {
    unsigned head = 0;
    std::array<std::uint8_t, kLiteralSymbols> lengths;
    if (!a.reader.read(3, head) || head >> 1 != kDynamicBlock || !read_lengths(a.reader, lengths)) {
        return false;
    }
    a.is_last = head % 2 == 1;
    fill_table(lengths, a.table);
    return true;
}

/// True if the stream ends as it should.
bool ends_well(const Decoding& a, InstructionSet set) noexcept {
    const ByteView trailer = a.reader.rest();
    if (a.out.left() != 0 || trailer.size() != 4) return false;
    std::uint32_t check = 0;
    for (const std::byte byte : trailer) check = check << 8 | std::to_integer<std::uint32_t>(byte);
    return check == adler32({a.out.begin, a.out.end}, set);
}

/// Takes what the fast loop left, a look-up of any kind. False at the stream's end or where it is
/// not for this decoder.
bool step(Decoding& a, InstructionSet set) noexcept {
    a.reader.refill();
    const Entry entry = next_entry(a.reader, a.table);
    if (!a.reader.take(used_bits(entry))) return false;
    const std::size_t n = literals_in(entry);
    const std::uint64_t symbols = symbols_in(entry & ~kNoLiteral);
    if (n > 0) {
        if (n > a.out.left()) return false;
        std::memcpy(a.out.at, &symbols, n);
        a.out.at += n;
        return true;
    }
    if (symbols != kEndOfBlock) return put_match(a.reader, symbols, a.out);
    if (!a.is_last) return begin_block(a);
    a.job->done = ends_well(a, set);
    return false;
}

bool is_zlib_header(ByteView stream) noexcept {
    if (stream.size() < 2) return false;
    const auto method = std::to_integer<unsigned>(stream[0]);
    const auto flags = std::to_integer<unsigned>(stream[1]);
    constexpr unsigned kDictionary = 0x20;
    return (method & 0x0F) == 8 && method >> 4 <= 7 && (flags & kDictionary) == 0 &&
           (method << 8 | flags) % 31 == 0;
}

bool begin(Decoding& a, InflateJob& job) noexcept {
    constexpr std::size_t kZlibHeader = 2;
    if (!is_zlib_header(job.stream)) return false;
    a.reader = BitReader(job.stream.subspan(kZlibHeader));
    a.out = {job.out.data(), job.out.data(), job.out.data() + job.out.size()};
    a.job = &job;
    return begin_block(a);
}

/// Begins the first of the jobs that can be begun.
void begin_next(Decoding& a, std::span<InflateJob>& jobs) noexcept {
    a.job = nullptr;
    while (a.job == nullptr && !jobs.empty()) {
        if (!begin(a, jobs.front())) a.job = nullptr;
        jobs = jobs.subspan(1);
    }
}

}  // namespace

void huffman_decompress(std::span<InflateJob> jobs, InstructionSet set) noexcept {
    const PutLiterals put_literals = literal_loops(set);
    Decoding a;
    Decoding b;
    begin_next(a, jobs);
    begin_next(b, jobs);
    while (a.job != nullptr && b.job != nullptr) {
        put_literals.of_two(a, b);
        if (!step(a, set)) begin_next(a, jobs);
        if (!step(b, set)) begin_next(b, jobs);
    }
    Decoding& last = a.job != nullptr ? a : b;
    while (last.job != nullptr) {
        put_literals.of_one(last);
        if (!step(last, set)) last.job = nullptr;
    }
}

bool huffman_decompress(ByteView stream, std::span<std::byte> out, InstructionSet set) noexcept {
    InflateJob job{stream, out};
    huffman_decompress(std::span(&job, 1), set);
    return job.done;
}

}  // namespace ckptlite::codec
