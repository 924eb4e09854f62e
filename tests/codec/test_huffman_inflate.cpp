// SPDX-License-Identifier: MIT
#include "codec/huffman_inflate.hpp"

#include <optional>

#include "codec/adler32.hpp"
#include "codec/bit_writer.hpp"
#include "codec/huffman_deflate.hpp"
#include "codec/plane_samples.hpp"
#include "codec/zlib_stream.hpp"
#include "support/catch.hpp"

namespace ckptlite::codec {
namespace {

using test::Bytes;

Bytes compressed(const Bytes& raw) {
    Bytes stream(raw.size() * 2 + 1'024);
    stream.resize(huffman_compress(raw, stream).value());
    return stream;
}

std::optional<Bytes> decoded(const Bytes& stream, std::size_t size, InstructionSet set) {
    Bytes out(size, std::byte{0xEE});
    if (!huffman_decompress(stream, out, set)) return std::nullopt;
    return out;
}

/// Whether it is refused, or accepted with the bytes that stock zlib has for it.
bool is_strict(const Bytes& stream, std::size_t size) {
    for (const InstructionSet set : instruction_sets()) {
        const auto bytes = decoded(stream, size, set);
        if (!bytes) continue;
        Bytes stock(size, std::byte{0xDD});
        if (!zlib_decompress_stock(stream, stock) || stock != *bytes) return false;
    }
    return true;
}

TEST_CASE("what the encoder writes is decoded, whatever the instructions", "[codec]") {
    for (const std::size_t size : {1U, 2U, 31U, 32U, 33U, 1'000U, 300'000U}) {
        for (const test::PlaneSample& sample : test::plane_samples(size, 9)) {
            for (const InstructionSet set : instruction_sets()) {
                CAPTURE(size, sample.name, static_cast<int>(set));
                const bool exact = decoded(compressed(sample.bytes), size, set) == sample.bytes;
                REQUIRE(exact);
            }
        }
    }
}

TEST_CASE("a stream of another size, cut, or with something after it is not decoded", "[codec]") {
    const Bytes raw = test::run_bytes(1'500, 2);
    const Bytes stream = compressed(raw);
    for (const InstructionSet set : instruction_sets()) {
        for (const std::size_t size : {0U, 1U, 1'499U, 1'501U, 9'000U}) {
            CHECK_FALSE(decoded(stream, size, set).has_value());
        }
        for (std::size_t size = 0; size < stream.size(); ++size) {
            const auto end = stream.begin() + static_cast<std::ptrdiff_t>(size);
            REQUIRE_FALSE(decoded(Bytes(stream.begin(), end), raw.size(), set).has_value());
        }
        Bytes longer = stream;
        longer.push_back(std::byte{0});
        CHECK_FALSE(decoded(longer, raw.size(), set).has_value());
    }
}

TEST_CASE("streams that are decoded together come out as they do alone", "[codec]") {
    std::vector<Bytes> streams;
    std::vector<std::size_t> sizes;
    const auto add = [&](Bytes stream, std::size_t size) {
        streams.push_back(std::move(stream));
        sizes.push_back(size);
    };
    for (const std::size_t size : {1U, 40U, 5'000U, 300'000U}) {
        for (const test::PlaneSample& sample : test::plane_samples(size, 3)) {
            add(compressed(sample.bytes), size);
            Bytes damaged = streams.back();
            damaged[damaged.size() / 2] ^= std::byte{8};
            add(std::move(damaged), size);
        }
        add({}, size);
    }
    std::mt19937_64 random(17);
    for (const InstructionSet set : instruction_sets()) {
        for (int i = 0; i < 300; ++i) {
            std::vector<std::size_t> chosen(random() % 5);
            for (std::size_t& which : chosen) which = random() % streams.size();
            std::vector<Bytes> out;
            std::vector<InflateJob> jobs;
            for (const std::size_t which : chosen) out.emplace_back(sizes[which]);
            for (std::size_t j = 0; j < chosen.size(); ++j) {
                jobs.push_back({streams[chosen[j]], out[j]});
            }
            huffman_decompress(jobs, set);
            for (std::size_t j = 0; j < chosen.size(); ++j) {
                const auto alone = decoded(streams[chosen[j]], sizes[chosen[j]], set);
                CAPTURE(i, j, chosen[j], static_cast<int>(set));
                REQUIRE(jobs[j].done == alone.has_value());
                const bool same = !alone || *alone == out[j];
                REQUIRE(same);
            }
        }
    }
}

TEST_CASE("streams of stock zlib are left to it, or decoded alike", "[codec]") {
    for (const test::PlaneSample& sample : test::plane_samples(5'000, 4)) {
        Bytes stream(20'000);
        stream.resize(zlib_compress(sample.bytes, stream).value());
        CAPTURE(sample.name);
        CHECK(is_strict(stream, sample.bytes.size()));
        Bytes out(sample.bytes.size());
        CHECK(zlib_decompress(stream, out));
        CHECK(out == sample.bytes);
    }
}

TEST_CASE("with any byte changed, nothing is accepted that stock zlib refuses", "[codec]") {
    for (const Bytes& raw : {test::skewed_bytes(120, 4), test::run_bytes(700, 1)}) {
        const Bytes stream = compressed(raw);
        for (std::size_t at = 0; at < stream.size(); ++at) {
            for (int change = 1; change < 256; ++change) {
                CAPTURE(at, change);
                Bytes changed = stream;
                changed[at] ^= static_cast<std::byte>(change);
                REQUIRE(is_strict(changed, raw.size()));
            }
        }
    }
}

/// A damaged stream whose Adler-32 is right again, if stock zlib knows a size for it: what the
/// checksum would hide from the test above.
TEST_CASE("codes that are damaged are judged as stock zlib does, without a checksum's help",
          "[codec]") {
    const std::uint64_t seed = 321;
    CAPTURE(seed);
    std::mt19937_64 random(seed);
    for (int i = 0; i < 20'000; ++i) {
        const Bytes raw =
            i % 2 == 0 ? test::run_bytes(300, random()) : test::skewed_bytes(60, random());
        Bytes stream = compressed(raw);
        stream[2 + random() % 30] ^= static_cast<std::byte>(1U << (random() % 8));
        // Whatever it decodes to: ask with the checksum of the bytes that a decoder left.
        Bytes out(raw.size());
        static_cast<void>(zlib_decompress_stock(stream, out));
        Bytes mended = stream;
        const std::uint32_t check = adler32(out);
        for (std::size_t j = 0; j < 4; ++j) {
            mended[mended.size() - 4 + j] = static_cast<std::byte>(check >> (24 - 8 * j));
        }
        CAPTURE(i);
        REQUIRE(is_strict(mended, raw.size()));
    }
}

TEST_CASE("a stream that declares more than 30 distances is refused, as zlib refuses it",
          "[codec]") {
    const Bytes stream = test::bytes_of({0x78, 0x01, 0x05, 0xDE, 0x81, 0x08, 0x00, 0x00, 0x00,
                                         0x00, 0x20, 0xD6, 0xFD, 0x25, 0xAE, 0xAA, 0xAA, 0xAA,
                                         0xAA, 0xAA, 0xAA, 0xAA, 0x04, 0x00, 0x62, 0x00, 0x62});
    for (const InstructionSet set : instruction_sets()) {
        Bytes out(1);
        CHECK_FALSE(huffman_decompress(stream, out, set));
    }
    Bytes out(1);
    CHECK_FALSE(zlib_decompress_stock(stream, out));
}

/// Four times 'a', by a code of 'a' and the end of block, with so many distances of one bit each.
Bytes stream_with_distances(unsigned n) {
    Bytes stream(64);
    BitWriter writer(stream);
    writer.put(0x0178, 16);
    writer.put(0b101, 3);  // the last block, with codes of its own
    writer.put(0, 5);      // 257 literals
    writer.put(n - 1, 5);
    writer.put(18 - 4, 4);
    for (int i = 0; i < 18; ++i) writer.put(i == 2 || i == 17 ? 1 : 0, 3);  // of tokens 18 and 1
    const auto zeros = [&](unsigned times) {
        writer.put(1, 1);
        writer.put(times - 11, 7);
    };
    const auto one = [&] { writer.put(0, 1); };
    zeros('a');
    one();
    zeros(138);
    zeros(256 - 'a' - 1 - 138);
    one();
    for (unsigned i = 0; i < n; ++i) one();
    for (int i = 0; i < 4; ++i) writer.put(0, 1);
    writer.put(1, 1);
    stream.resize(writer.align());
    const std::uint32_t check = adler32(test::bytes_of({'a', 'a', 'a', 'a'}));
    for (unsigned i = 0; i < 4; ++i)
        stream.push_back(static_cast<std::byte>(check >> (24 - 8 * i)));
    return stream;
}

TEST_CASE("a code of two distances is decoded, one with too many words refused", "[codec]") {
    const Bytes good = stream_with_distances(2);
    const Bytes bad = stream_with_distances(3);
    for (const InstructionSet set : instruction_sets()) {
        CHECK(decoded(good, 4, set) == test::bytes_of({'a', 'a', 'a', 'a'}));
        CHECK_FALSE(decoded(bad, 4, set).has_value());
    }
    Bytes out(4);
    CHECK(zlib_decompress_stock(good, out));
    CHECK_FALSE(zlib_decompress_stock(bad, out));
}

/// Four bytes 0, by code words of 1, 2, ... `longest` bits, of which the last two have as many.
Bytes stream_with_words(unsigned longest) {
    Bytes stream(256);
    BitWriter writer(stream);
    writer.put(0x0178, 16);
    writer.put(0b101, 3);
    writer.put(0, 5);  // 257 literals
    writer.put(1, 5);  // two distances
    writer.put(19 - 4, 4);
    for (int i = 0; i < 19; ++i) writer.put(i < 3 ? 0 : 4, 3);  // tokens 0 to 15 have 4 bits each
    const auto length = [&](unsigned bits) {
        writer.put((bits & 1) << 3 | (bits & 2) << 1 | (bits & 4) >> 1 | bits >> 3, 4);
    };
    for (unsigned literal = 0; literal < 256; ++literal) {
        length(literal < longest ? literal + 1 : 0);
    }
    length(longest);
    length(1);
    length(1);
    for (int i = 0; i < 4; ++i) writer.put(0, 1);
    writer.put((1U << longest) - 1, longest);
    stream.resize(writer.align());
    const std::uint32_t check = adler32(Bytes(4));
    for (unsigned i = 0; i < 4; ++i)
        stream.push_back(static_cast<std::byte>(check >> (24 - 8 * i)));
    return stream;
}

TEST_CASE("code words of up to 11 bits are decoded, longer ones left to another decoder",
          "[codec]") {
    for (const unsigned longest : {3U, 11U, 12U, 15U}) {
        CAPTURE(longest);
        const Bytes stream = stream_with_words(longest);
        for (const InstructionSet set : instruction_sets()) {
            CHECK(decoded(stream, 4, set).has_value() == (longest <= 11));
        }
        Bytes out(4, std::byte{1});
        CHECK(zlib_decompress(stream, out));
        CHECK(out == Bytes(4));
    }
}

}  // namespace
}  // namespace ckptlite::codec
