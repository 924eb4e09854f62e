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
#include "codec/literal_code.hpp"

namespace ckptlite::codec {
namespace {

// Bytes that share a code.
constexpr std::size_t kBlockBytes = 256 << 10;
constexpr std::size_t kBlockRuns = 4'096;
// A block of so many bytes is worth a table of pairs of its literals.
constexpr std::size_t kPairsPay = 2'048;
constexpr unsigned kDistanceBits = 1;

constexpr std::byte kZlibHeader[] = {std::byte{0x78}, std::byte{0x01}};  // deflate, 32 KiB, fast
constexpr std::size_t kTrailerBytes = 4;

using Counts = std::array<std::uint32_t, kLiteralSymbols>;

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

/// A part of the plane with a code of its own.
struct Block {
    std::size_t begin;
    std::size_t end;
    std::span<ByteRun> runs;
};

/// Calls use_literals(begin, size) for each stretch of literals and use_run(run) for each run, in
/// order.
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

std::uint64_t match_bits(const LiteralCode& code, std::size_t length) noexcept {
    const LengthCode match = length_code(length);
    return std::uint64_t{code.lengths[match.symbol]} + match.extra_bits + kDistanceBits;
}

std::uint64_t run_bits(const LiteralCode& code, std::size_t literal, const ByteRun& run) noexcept {
    const RunParts parts = parts_of(run);
    std::uint64_t bits = std::uint64_t{parts.literals} * code.lengths[literal];
    if (parts.full > 0) bits += parts.full * match_bits(code, kMaxMatch);
    if (parts.rest > 0) bits += match_bits(code, parts.rest);
    return bits;
}

Block find_block(ByteView raw, std::size_t begin, std::span<ByteRun> runs) noexcept {
    const FoundRuns found = find_runs(raw, begin, std::min(raw.size(), begin + kBlockBytes), runs);
    return {begin, found.end, runs.first(found.count)};
}

Counts count_symbols(ByteView raw, const Block& block) noexcept {
    ByteHistogram histogram;
    for_each_part(
        block, [&](std::size_t at, std::size_t size) { histogram.add(raw.subspan(at, size)); },
        [](const ByteRun&) {});
    const auto literals = histogram.counts();
    Counts counts{};
    std::copy(literals.begin(), literals.end(), counts.begin());
    for (const ByteRun& run : block.runs) add_run(counts, literal_at(raw, run.begin), run);
    counts[kEndOfBlock] = 1;
    return counts;
}

std::uint64_t bits_of_symbols(const LiteralCode& code, const Counts& counts) noexcept {
    std::uint64_t bits = 0;
    for (std::size_t i = 0; i < counts.size(); ++i) {
        bits += std::uint64_t{counts[i]} * code.lengths[i];
    }
    return bits;
}

/// What the runs need beside the symbols: each match has extra bits and a distance.
std::uint64_t extra_bits(const Block& block) noexcept {
    std::uint64_t bits = 0;
    for (const ByteRun& run : block.runs) {
        const RunParts parts = parts_of(run);
        bits += parts.full * kDistanceBits;
        if (parts.rest > 0) bits += length_code(parts.rest).extra_bits + kDistanceBits;
    }
    return bits;
}

/// Keeps the runs that are worth their matches, and returns the bits that the others save, which
/// become literals. A run without a word for its byte, which came in the block before, is kept.
std::uint64_t drop_runs(ByteView raw, const LiteralCode& code, Block& block) noexcept {
    std::uint64_t saved = 0;
    std::size_t kept = 0;
    for (const ByteRun& run : block.runs) {
        const std::size_t literal = literal_at(raw, run.begin);
        const std::uint64_t as_literals = std::uint64_t{run.length} * code.lengths[literal];
        const std::uint64_t as_run = run_bits(code, literal, run);
        if (as_literals == 0 || as_run < as_literals) {
            block.runs[kept++] = run;
        } else {
            saved += as_run - as_literals;
        }
    }
    block.runs = block.runs.first(kept);
    return saved;
}

void put_match(BitWriter& writer, const LiteralCode& code, std::size_t length) noexcept {
    const LengthCode match = length_code(length);
    const std::uint32_t entry = code.entries[match.symbol];
    writer.put(word_of(entry) | std::uint64_t{match.extra} << bits_of(entry),
               bits_of(entry) + match.extra_bits + kDistanceBits);
}

void put_run(BitWriter& writer, const LiteralCode& code, std::size_t literal,
             const ByteRun& run) noexcept {
    const RunParts parts = parts_of(run);
    for (std::size_t i = 0; i < parts.full; ++i) put_match(writer, code, kMaxMatch);
    if (parts.rest > 0) put_match(writer, code, parts.rest);
    const std::uint32_t entry = code.entries[literal];
    for (std::size_t i = 0; i < parts.literals; ++i) writer.put(word_of(entry), bits_of(entry));
}

void write_symbols(BitWriter& writer, ByteView raw, const Block& block, const LiteralCode& code,
                   LiteralPairs& room, InstructionSet set) noexcept {
    const bool pays = block.end - block.begin >= kPairsPay;
    if (pays) make_pairs(code, room, set);
    const LiteralPairs* const pairs = pays ? &room : nullptr;
    for_each_part(
        block,
        [&](std::size_t at, std::size_t size) {
            put_literals(writer, code, pairs, raw.subspan(at, size), set);
        },
        [&](const ByteRun& run) { put_run(writer, code, literal_at(raw, run.begin), run); });
    const std::uint32_t end = code.entries[kEndOfBlock];
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
    LiteralPairs pairs;
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
        Block block = find_block(raw, at, tables.runs);
        const Counts counts = count_symbols(raw, block);
        const LiteralCode code(counts);
        const DynamicHeader header(code.lengths);
        bits += header.bits() + bits_of_symbols(code, counts) + extra_bits(block);
        bits -= drop_runs(raw, code, block);
        if (bits > 8 * std::uint64_t{room}) return std::nullopt;
        at = block.end;
        header.write(writer, at == raw.size());
        write_symbols(writer, raw, block, code, tables.pairs, set);
    }
    if (raw.empty()) write_empty_block(writer);
    const std::size_t size = writer.align();
    const std::uint32_t check = adler32(raw, set);
    for (std::size_t i = 0; i < kTrailerBytes; ++i) {  // the one big-endian number
        out[size + i] = static_cast<std::byte>(check >> (8 * (kTrailerBytes - 1 - i)));
    }
    return size + kTrailerBytes;
}

}  // namespace ckptlite::codec
