// SPDX-License-Identifier: MIT
#include "codec/huffman_inflate.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <memory>

#include "codec/adler32.hpp"
#include "codec/bit_reader.hpp"
#include "codec/deflate_symbols.hpp"
#include "codec/huffman_code.hpp"

namespace ckptlite::codec {
namespace {

constexpr unsigned kTableBits = 11;
constexpr std::size_t kTableSize = std::size_t{1} << kTableBits;
constexpr std::size_t kTrailerBytes = 4;

// A look-up of several literals as one number: up to six of them, the first one lowest, then their
// number, then the bits of their words. 0 stands for what is no literal.
constexpr unsigned kCountShift = 48;
constexpr unsigned kBitsShift = 56;
constexpr unsigned kMostLiterals = 6;
// Look-ups after one refill, and the bytes that they may write: the last one writes eight.
constexpr unsigned kLookups = BitReader::kRefilledBits / kTableBits;
constexpr std::ptrdiff_t kLookupsRoom = kMostLiterals * kLookups + 8;

/// A symbol and the bits of its word; 0 bits: no word begins so.
struct Symbol {
    std::uint16_t value;
    std::uint8_t bits;
};

struct Tables {
    std::array<std::uint64_t, kTableSize> literals;
    std::array<Symbol, kTableSize> symbols;
};

Tables& thread_tables() {
    static thread_local const auto tables = std::make_unique_for_overwrite<Tables>();
    return *tables;
}

/// Whether every sequence of bits is one of words: DEFLATE allows no other code of many words.
bool is_complete(std::span<const std::uint8_t> lengths, unsigned most_bits) noexcept {
    std::uint32_t sum = 0;
    for (const std::uint8_t length : lengths) {
        if (length > most_bits) return false;
        if (length > 0) sum += 1U << (most_bits - length);
    }
    return sum == 1U << most_bits;
}

/// One entry for each way in which `bits` bits may begin. The code is complete.
void fill_symbols(std::span<const std::uint8_t> lengths, unsigned bits, Symbol* table) noexcept {
    std::array<std::uint16_t, kMaxCodeSymbols> words;
    make_code_words(lengths, std::span(words).first(lengths.size()));
    for (std::size_t symbol = 0; symbol < lengths.size(); ++symbol) {
        const std::uint8_t length = lengths[symbol];
        if (length == 0) continue;
        for (std::size_t i = words[symbol]; i < std::size_t{1} << bits; i += 1U << length) {
            table[i] = {static_cast<std::uint16_t>(symbol), length};
        }
    }
}

/// The literals whose words lie whole in the bits of `index`.
std::uint64_t literals_of(const std::array<Symbol, kTableSize>& symbols, std::size_t index) {
    std::uint64_t entry = 0;
    unsigned bits = 0;
    unsigned count = 0;
    while (count < kMostLiterals) {
        const Symbol symbol = symbols[index >> bits];
        if (symbol.value >= kEndOfBlock || bits + symbol.bits > kTableBits) break;
        entry |= std::uint64_t{symbol.value} << (8 * count++);
        bits += symbol.bits;
    }
    return entry | std::uint64_t{count} << kCountShift | std::uint64_t{bits} << kBitsShift;
}

class Decoder {
public:
    Decoder(ByteView stream, std::span<std::byte> out, InstructionSet set)
        : reader_(stream.subspan(2)),
          begin_(out.data()),
          out_(out.data()),
          end_(out.data() + out.size()),
          tables_(thread_tables()),
          set_(set) {}

    bool run() {
        for (unsigned last = 0; last == 0;) {
            if (!reader_.take(1, last) || !read_codes() || !read_block()) return false;
        }
        if (out_ != end_) return false;
        const ByteView trailer = reader_.rest();
        if (trailer.size() != kTrailerBytes) return false;
        std::uint32_t check = 0;  // the one big-endian number
        for (const std::byte byte : trailer) check = check << 8 | std::to_integer<unsigned>(byte);
        return check == adler32({begin_, end_}, set_);
    }

private:
    bool read_codes() {
        unsigned type = 0;
        unsigned literals = 0;
        unsigned distances = 0;
        if (!reader_.take(2, type) || type != kDynamicBlock || !reader_.take(5, literals) ||
            !reader_.take(5, distances)) {
            return false;
        }
        literals += kFirstLength;
        distances += 1;
        std::array<std::uint8_t, kLiteralSymbols + 32> lengths{};
        if (literals > kLiteralSymbols ||
            !read_lengths(std::span(lengths).first(literals + distances))) {
            return false;
        }
        const auto used = std::span(lengths).first(literals);
        if (!read_distances(std::span(lengths).subspan(literals, distances))) return false;
        if (used[kEndOfBlock] == 0 || !is_complete(used, kTableBits)) return false;
        fill_symbols(used, kTableBits, tables_.symbols.data());
        for (std::size_t i = 0; i < kTableSize; ++i) {
            tables_.literals[i] = literals_of(tables_.symbols, i);
        }
        return true;
    }

    /// No distance, distance 1 alone, or distances 1 and 2: distance 1 then is the one bit 0.
    bool read_distances(std::span<const std::uint8_t> lengths) noexcept {
        has_matches_ = lengths[0] == 1;
        const std::size_t used = !has_matches_ ? 0 : lengths.size() > 1 && lengths[1] == 1 ? 2 : 1;
        return std::ranges::all_of(lengths.subspan(used), [](auto length) { return length == 0; });
    }

    bool read_lengths(std::span<std::uint8_t> lengths) noexcept {
        constexpr unsigned kTokenBits = 7;
        unsigned tokens = 0;
        if (!reader_.take(4, tokens)) return false;
        std::array<std::uint8_t, kTokenOrder.size()> token_lengths{};
        for (unsigned i = 0; i < tokens + 4; ++i) {
            unsigned length = 0;
            if (!reader_.take(3, length)) return false;
            token_lengths[kTokenOrder[i]] = static_cast<std::uint8_t>(length);
        }
        if (!is_complete(token_lengths, kTokenBits)) return false;
        std::array<Symbol, 1 << kTokenBits> table;
        fill_symbols(token_lengths, kTokenBits, table.data());
        for (std::size_t i = 0; i < lengths.size();) {
            reader_.refill();
            const Symbol token = table[reader_.peek() & (table.size() - 1)];
            if (token.bits > reader_.available()) return false;
            reader_.drop(token.bits);
            if (token.value < 16) {
                lengths[i++] = static_cast<std::uint8_t>(token.value);
                continue;
            }
            // 16 repeats the length before, 17 and 18 repeat 0.
            constexpr std::array<std::uint8_t, 3> kExtraBits{2, 3, 7};
            constexpr std::array<std::uint8_t, 3> kLeast{3, 3, 11};
            const std::size_t kind = token.value - 16U;
            unsigned times = 0;
            if (!reader_.take(kExtraBits[kind], times) || (kind == 0 && i == 0)) return false;
            times += kLeast[kind];
            if (times > lengths.size() - i) return false;
            std::fill_n(lengths.begin() + static_cast<std::ptrdiff_t>(i), times,
                        kind == 0 ? lengths[i - 1] : std::uint8_t{0});
            i += times;
        }
        return true;
    }

    /// Up to and with the end of the block.
    bool read_block() noexcept {
        for (;;) {
            (set_ == InstructionSet::avx2 ? many_avx2 : many_baseline)(*this);
            reader_.refill();
            const Symbol symbol = tables_.symbols[reader_.peek() & (kTableSize - 1)];
            if (symbol.bits > reader_.available()) return false;
            reader_.drop(symbol.bits);
            if (symbol.value == kEndOfBlock) return true;
            if (symbol.value > kEndOfBlock) {
                if (!repeat(symbol.value)) return false;
            } else {
                if (out_ == end_) return false;
                *out_++ = static_cast<std::byte>(symbol.value);
            }
        }
    }

    /// As many literals as there are, while neither input nor room are near their ends.
    CKPTLITE_ALWAYS_INLINE void many_literals() noexcept {
        BitReader reader = reader_;  // no store of bytes can change it: it stays in registers
        std::byte* out = out_;
        const std::uint64_t* const table = tables_.literals.data();
        while (end_ - out >= kLookupsRoom && reader.can_refill_fast()) {
            reader.refill_fast();
            std::uint64_t entry = 0;
            for (unsigned i = 0; i < kLookups; ++i) {
                entry = table[reader.peek() & (kTableSize - 1)];
                store_le(out, entry);
                out += (entry >> kCountShift) & 0xFF;
                reader.drop(static_cast<unsigned>(entry >> kBitsShift));
            }
            // What is no literal stops all look-ups after it.
            if (entry == 0) break;
        }
        out_ = out;
        reader_ = reader;
    }
    static void many_baseline(Decoder& decoder) noexcept { decoder.many_literals(); }
    CKPTLITE_TARGET_AVX2 static void many_avx2(Decoder& decoder) noexcept {
        decoder.many_literals();
    }

    bool repeat(unsigned symbol) noexcept {
        // 3.2.5 backwards: the first eight lengths have no extra bits, each four then one more.
        const unsigned offset = symbol - static_cast<unsigned>(kFirstLength);
        const bool longest = symbol == length_code(kMaxMatch).symbol;
        const unsigned extra_bits =
            offset < 8 || longest ? 0U : static_cast<unsigned>(offset / 4 - 1);
        unsigned extra = 0;
        unsigned far = 0;
        if (!has_matches_ || !reader_.take(extra_bits, extra) || !reader_.take(1, far) ||
            far != 0) {
            return false;
        }
        const std::size_t least = longest      ? kMaxMatch - kMinMatch
                                  : offset < 8 ? offset
                                               : std::size_t{4 + offset % 4} << extra_bits;
        const std::size_t length = kMinMatch + least + extra;
        if (out_ == begin_ || static_cast<std::size_t>(end_ - out_) < length) return false;
        std::fill_n(out_, length, out_[-1]);
        out_ += length;
        return true;
    }

    BitReader reader_;
    std::byte* const begin_;
    std::byte* out_;
    std::byte* const end_;
    Tables& tables_;
    const InstructionSet set_;
    bool has_matches_ = false;
};

/// Deflate with a window of at most 32 KiB and no dictionary (RFC 1950, 2.2).
bool is_zlib_header(std::byte method, std::byte flags) noexcept {
    const auto high = std::to_integer<unsigned>(method);
    const auto low = std::to_integer<unsigned>(flags);
    return (high & 0x0F) == 8 && high >> 4 <= 7 && (high << 8 | low) % 31 == 0 && (low & 0x20) == 0;
}

}  // namespace

bool huffman_decompress(ByteView stream, std::span<std::byte> out, InstructionSet set) {
    if (stream.size() < 2 + kTrailerBytes || out.empty()) return false;
    return is_zlib_header(stream[0], stream[1]) && Decoder(stream, out, set).run();
}

}  // namespace ckptlite::codec
