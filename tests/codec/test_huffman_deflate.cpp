// SPDX-License-Identifier: MIT
#include "codec/huffman_deflate.hpp"

#include "codec/entropy.hpp"
#include "codec/huffman_inflate.hpp"
#include "codec/plane_samples.hpp"
#include "codec/zlib_stream.hpp"
#include "support/catch.hpp"

namespace ckptlite::codec {
namespace {

using test::Bytes;

/// Much more than a stream of so many bytes needs.
Bytes room_for(const Bytes& raw) {
    return Bytes(raw.size() + raw.size() / 2 + 1'024);
}

Bytes compressed(const Bytes& raw, InstructionSet set = best_instruction_set()) {
    Bytes stream = room_for(raw);
    stream.resize(huffman_compress(raw, stream, set).value());
    return stream;
}

using Decoder = bool (*)(ByteView, std::span<std::byte>);

bool own(ByteView stream, std::span<std::byte> out) {
    return huffman_decompress(stream, out);
}

std::vector<Decoder> decoders() {
    std::vector<Decoder> all{zlib_decompress_stock, own};
#if CKPTLITE_HAVE_LIBDEFLATE
    all.push_back(zlib_decompress_libdeflate);
#endif
    return all;
}

void check_stream(const Bytes& raw) {
    const Bytes stream = compressed(raw);
    for (const InstructionSet set : instruction_sets()) {
        const bool same = compressed(raw, set) == stream;
        REQUIRE(same);
    }
    for (const Decoder decode : decoders()) {
        if (raw.empty() && decode == own) continue;  // a block of fixed codes
        Bytes out(raw.size(), std::byte{0xEE});
        REQUIRE(decode(stream, out));
        const bool exact = out == raw;
        REQUIRE(exact);
    }
}

TEST_CASE("every decoder reads the streams of planes of every kind", "[codec]") {
    for (const std::size_t size : {1'000U, 70'000U, 600'001U}) {
        for (const test::PlaneSample& sample : test::plane_samples(size, 3)) {
            CAPTURE(size, sample.name);
            check_stream(sample.bytes);
        }
    }
}

TEST_CASE("every decoder reads the streams of planes of every small size", "[codec]") {
    for (std::size_t size = 0; size <= 300; ++size) {
        for (const test::PlaneSample& sample : test::plane_samples(size, size)) {
            CAPTURE(size, sample.name);
            check_stream(sample.bytes);
        }
    }
}

TEST_CASE("every decoder reads the streams of planes around a block's size", "[codec]") {
    for (const std::size_t blocks : {1U, 2U}) {
        for (std::size_t size = blocks * 262'144 - 2; size <= blocks * 262'144 + 2; ++size) {
            CAPTURE(size);
            check_stream(test::exponent_bytes(size, size));
            check_stream(Bytes(size));
            check_stream(test::run_bytes(size, size));
        }
    }
}

TEST_CASE("every length of a run comes back", "[codec]") {
    for (std::size_t length = 1; length <= 1'050; ++length) {
        CAPTURE(length);
        Bytes raw = test::sawtooth_bytes(20);
        raw.insert(raw.end(), length, std::byte{0xEE});
        raw.push_back(std::byte{1});
        check_stream(raw);
    }
}

TEST_CASE("more runs than a block holds come back", "[codec]") {
    Bytes raw;
    for (int i = 0; i < 10'000; ++i) raw.insert(raw.end(), 20, static_cast<std::byte>(i));
    check_stream(raw);
}

TEST_CASE("a stream fits exactly its size, and no smaller room", "[codec]") {
    for (const test::PlaneSample& sample : test::plane_samples(3'000, 5)) {
        const Bytes stream = compressed(sample.bytes);
        for (std::size_t room = 0; room < stream.size(); ++room) {
            Bytes out(room);
            CAPTURE(sample.name, room, stream.size());
            REQUIRE_FALSE(huffman_compress(sample.bytes, out).has_value());
        }
        Bytes exact(stream.size());
        CHECK(huffman_compress(sample.bytes, exact) == stream.size());
        CHECK(exact == stream);
    }
}

TEST_CASE("long runs become tiny", "[codec]") {
    Bytes raw(1 << 20);
    raw.back() = std::byte{1};
    CHECK(compressed(raw).size() < 1'400);
    // Half of it a run: hardly larger than the other half alone.
    const Bytes exponents = test::exponent_bytes(100'000, 1);
    Bytes half = exponents;
    half.resize(200'000);
    CHECK(compressed(half).size() < compressed(exponents).size() + 600);
}

TEST_CASE("exponents need hardly more bits than their entropy", "[codec]") {
    const Bytes raw = test::exponent_bytes(262'144, 1);
    const double bits = 8.0 * static_cast<double>(compressed(raw).size()) / 262'144;
    CHECK(bits < 1.05 * sampled_entropy(raw));
}

TEST_CASE("two values need a bit and a half, and less if one is rare", "[codec]") {
    // The end of the block needs a word too: 0, 10, 11.
    CHECK(compressed(test::two_valued_bytes(80'000, 1, 2)).size() < 15'050);
    CHECK(compressed(test::two_valued_bytes(80'000, 1, 20)).size() < 6'000);
}

TEST_CASE("the stream is where the room begins, and nothing behind it is touched", "[codec]") {
    for (const test::PlaneSample& sample : test::plane_samples(5'000, 5)) {
        const Bytes stream = compressed(sample.bytes);
        Bytes room(stream.size() + 100, std::byte{0xAB});
        REQUIRE(huffman_compress(sample.bytes, std::span(room).first(stream.size() + 4)));
        CHECK(Bytes(room.begin() + static_cast<std::ptrdiff_t>(stream.size()) + 4, room.end()) ==
              Bytes(96, std::byte{0xAB}));
    }
}

}  // namespace
}  // namespace ckptlite::codec
