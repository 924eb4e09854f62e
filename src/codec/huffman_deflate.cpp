// SPDX-License-Identifier: MIT
#include "codec/huffman_deflate.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>

#include "codec/adler32.hpp"
#include "codec/bit_writer.hpp"
#include "codec/byte_histogram.hpp"
#include "codec/byte_runs.hpp"
#include "codec/deflate_symbols.hpp"
#include "codec/dynamic_header.hpp"
#include "codec/huffman_code.hpp"

namespace ckptlite::codec {
namespace {

// The longest word for a literal. Two words and their number of bits fit 32 bits.
constexpr unsigned kWordBits = 11;
// Bytes that share a code.
constexpr std::size_t kBlockBytes = 256 << 10;
constexpr std::size_t kBlockRuns = 4'096;
constexpr unsigned kDistanceBits = 1;

constexpr std::byte kZlibHeader[] = {std::byte{0x78}, std::byte{0x01}};  // deflate, 32 KiB, fast
constexpr std::size_t kTrailerBytes = 4;

using Counts = std::array<std::uint32_t, kLiteralSymbols>;

/// The code for literals and lengths. A word and its length are one number, for one look-up.
struct Code {
    std::array<std::uint8_t, kLiteralSymbols> lengths;
    std::array<std::uint32_t, kLiteralSymbols> entries;
};

// Six bits for the length: what is above them does not count when a register is shifted.
constexpr unsigned kEntryBits = 6;

std::uint64_t word_of(std::uint32_t entry) noexcept {
    return entry >> kEntryBits;
}

unsigned bits_of(std::uint32_t entry) noexcept {
    return entry & ((1U << kEntryBits) - 1);
}

/// What a run becomes: matches of 258 bytes, one of the rest, or a rest too short for a match.
struct RunParts {
    std::uint32_t full;
    std::uint32_t rest;
    std::uint32_t literals;
};

RunParts parts_of(const ByteRun& run) noexcept {
    const std::uint32_t rest = run.length % kMaxMatch;
    const bool is_match = rest >= kMinMatch;
    return {static_cast<std::uint32_t>(run.length / kMaxMatch), is_match ? rest : 0,
            is_match ? 0 : rest};
}

std::size_t literal_at(ByteView raw, std::size_t i) noexcept {
    return std::to_integer<std::size_t>(raw[i]);
}

/// A block before it is written.
struct Block {
    std::size_t begin;
    std::size_t end;
    std::span<ByteRun> runs;
    Code code;
    std::uint64_t bits;  // without its head
};

/// Calls use(begin, end) for each stretch of literals and use_run(run) for each run, in order.
template <typename UseLiterals, typename UseRun>
void for_each_part(const Block& block, UseLiterals use_literals, UseRun use_run) {
    std::size_t at = block.begin;
    for (const ByteRun& run : block.runs) {
        use_literals(at, run.begin - at);
        use_run(run);
        at = run.begin + run.length;
    }
    use_literals(at, block.end - at);
}

void add_run(Counts& counts, std::size_t literal, const ByteRun& run) noexcept {
    const RunParts parts = parts_of(run);
    counts[literal] += parts.literals;
    counts[length_code(kMaxMatch).symbol] += parts.full;
    if (parts.rest > 0) ++counts[length_code(parts.rest).symbol];
}

std::uint64_t match_bits(const Code& code, std::size_t length) noexcept {
    const LengthCode match = length_code(length);
    return std::uint64_t{code.lengths[match.symbol]} + match.extra_bits + kDistanceBits;
}

std::uint64_t run_bits(const Code& code, std::size_t literal, const ByteRun& run) noexcept {
    const RunParts parts = parts_of(run);
    std::uint64_t bits = std::uint64_t{parts.literals} * code.lengths[literal];
    if (parts.full > 0) bits += parts.full * match_bits(code, kMaxMatch);
    if (parts.rest > 0) bits += match_bits(code, parts.rest);
    return bits;
}

/// Keeps the runs that are worth their matches; the others become literals. A run without a word
/// for its byte, which came in the block before, is kept.
void choose_runs(ByteView raw, Block& block) noexcept {
    std::size_t kept = 0;
    for (const ByteRun& run : block.runs) {
        const std::size_t literal = literal_at(raw, run.begin);
        const std::uint64_t as_literals = std::uint64_t{run.length} * block.code.lengths[literal];
        const std::uint64_t as_run = run_bits(block.code, literal, run);
        const bool keep = as_literals == 0 || as_run < as_literals;
        if (keep) block.runs[kept++] = run;
        block.bits += keep ? as_run : as_literals;
    }
    block.runs = block.runs.first(kept);
}

void make_code(const Counts& counts, Code& code) noexcept {
    make_code_lengths(counts, kWordBits, code.lengths);
    std::array<std::uint16_t, kLiteralSymbols> words;
    make_code_words(code.lengths, words);
    for (std::size_t i = 0; i < words.size(); ++i) {
        code.entries[i] = std::uint32_t{words[i]} << kEntryBits | code.lengths[i];
    }
}

Block plan_block(ByteView raw, std::size_t begin, std::span<ByteRun> runs) noexcept {
    Block block{begin, std::min(raw.size(), begin + kBlockBytes), {}, {}, 0};
    const FoundRuns found = find_runs(raw, begin, block.end, runs);
    block.end = found.end;
    block.runs = runs.first(found.count);

    ByteHistogram histogram;
    for_each_part(
        block, [&](std::size_t at, std::size_t size) { histogram.add(raw.subspan(at, size)); },
        [](const ByteRun&) {});
    const auto literals = histogram.counts();
    Counts counts{};
    std::copy(literals.begin(), literals.end(), counts.begin());
    for (const ByteRun& run : block.runs) add_run(counts, literal_at(raw, run.begin), run);
    counts[kEndOfBlock] = 1;
    make_code(counts, block.code);

    block.bits = block.code.lengths[kEndOfBlock];
    for (std::size_t i = 0; i < literals.size(); ++i) {
        block.bits += std::uint64_t{literals[i]} * block.code.lengths[i];
    }
    choose_runs(raw, block);
    return block;
}

// Look-ups of two literals at once, the first of them in the low byte of the index.
using PairTable = std::array<std::uint32_t, 1 << 16>;

/// Entries of literals that do not occur hold anything.
CKPTLITE_ALWAYS_INLINE void make_pairs_with(const Code& code, PairTable& pairs) {
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

CKPTLITE_ALWAYS_INLINE void put_literals_with(BitWriter& writer, const Code& code,
                                              const PairTable& pairs, ByteView literals) {
    BitWriter local = writer;  // no store of bytes can change it: it stays in registers
    const std::byte* at = literals.data();
    std::size_t left = literals.size();
    for (; left >= 8; left -= 8, at += 8) {
        const auto eight = load_le<std::uint64_t>(at);
        const Quad low(pairs[eight & 0xFFFF], pairs[(eight >> 16) & 0xFFFF]);
        const Quad high(pairs[(eight >> 32) & 0xFFFF], pairs[eight >> 48]);
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

void make_pairs_baseline(const Code& code, PairTable& pairs) noexcept {
    make_pairs_with(code, pairs);
}

CKPTLITE_TARGET_AVX2 void make_pairs_avx2(const Code& code, PairTable& pairs) noexcept {
    make_pairs_with(code, pairs);
}

void put_literals_baseline(BitWriter& writer, const Code& code, const PairTable& pairs,
                           ByteView literals) noexcept {
    put_literals_with(writer, code, pairs, literals);
}

CKPTLITE_TARGET_AVX2 void put_literals_avx2(BitWriter& writer, const Code& code,
                                            const PairTable& pairs, ByteView literals) noexcept {
    put_literals_with(writer, code, pairs, literals);
}

void put_match(BitWriter& writer, const Code& code, std::size_t length) noexcept {
    const LengthCode match = length_code(length);
    const std::uint32_t entry = code.entries[match.symbol];
    writer.put(word_of(entry) | std::uint64_t{match.extra} << bits_of(entry),
               bits_of(entry) + match.extra_bits + kDistanceBits);
}

void put_run(BitWriter& writer, const Code& code, std::size_t literal,
             const ByteRun& run) noexcept {
    const RunParts parts = parts_of(run);
    for (std::size_t i = 0; i < parts.full; ++i) put_match(writer, code, kMaxMatch);
    if (parts.rest > 0) put_match(writer, code, parts.rest);
    const std::uint32_t entry = code.entries[literal];
    for (std::size_t i = 0; i < parts.literals; ++i) writer.put(word_of(entry), bits_of(entry));
}

void write_block(BitWriter& writer, ByteView raw, const Block& block, PairTable& pairs,
                 InstructionSet set) noexcept {
    const bool avx2 = set == InstructionSet::avx2;
    (avx2 ? make_pairs_avx2 : make_pairs_baseline)(block.code, pairs);
    const auto put_literals = avx2 ? put_literals_avx2 : put_literals_baseline;
    for_each_part(
        block,
        [&](std::size_t at, std::size_t size) {
            put_literals(writer, block.code, pairs, raw.subspan(at, size));
        },
        [&](const ByteRun& run) { put_run(writer, block.code, literal_at(raw, run.begin), run); });
    const std::uint32_t end = block.code.entries[kEndOfBlock];
    writer.put(word_of(end), bits_of(end));
}

/// A block of fixed codes with nothing in it.
void write_empty_block(BitWriter& writer) noexcept {
    writer.put(1, 1);
    writer.put(1, 2);
    writer.put(0, 7);
}

/// What an encoder needs beside the stack.
struct Tables {
    PairTable pairs;
    std::array<ByteRun, kBlockRuns> runs;
};

Tables& thread_tables() {
    static thread_local const auto tables = std::make_unique_for_overwrite<Tables>();
    return *tables;
}

}  // namespace

std::optional<std::size_t> huffman_compress(ByteView raw, std::span<std::byte> out,
                                            InstructionSet set) {
    constexpr std::size_t kEmptySize = sizeof kZlibHeader + 2 + kTrailerBytes;
    if (out.size() < kEmptySize) return std::nullopt;
    const std::size_t room = out.size() - kTrailerBytes;
    BitWriter writer(out.first(room));
    for (const std::byte byte : kZlibHeader) writer.put(std::to_integer<std::uint64_t>(byte), 8);
    std::uint64_t bits = 8 * sizeof kZlibHeader;
    Tables& tables = thread_tables();
    for (std::size_t at = 0; at < raw.size();) {
        const Block block = plan_block(raw, at, tables.runs);
        const DynamicHeader header(block.code.lengths);
        bits += header.bits() + block.bits;
        if (bits > 8 * std::uint64_t{room}) return std::nullopt;
        at = block.end;
        header.write(writer, at == raw.size());
        write_block(writer, raw, block, tables.pairs, set);
    }
    if (raw.empty()) write_empty_block(writer);
    writer.align();
    const std::size_t size = writer.size();
    const std::uint32_t check = adler32(raw, set);
    for (std::size_t i = 0; i < kTrailerBytes; ++i) {  // the one big-endian number
        out[size + i] = static_cast<std::byte>(check >> (8 * (kTrailerBytes - 1 - i)));
    }
    return size + kTrailerBytes;
}

}  // namespace ckptlite::codec
