// SPDX-License-Identifier: MIT
#include "codec/plane_chunk.hpp"

#include <optional>

#include "ckptlite/error.hpp"
#include "codec/sample_bytes.hpp"
#include "codec/zlib_stream.hpp"
#include "support/catch.hpp"
#include "support/throws.hpp"

namespace ckptlite::codec {
namespace {

using test::Bytes;
using test::bytes_of;

Bytes decoded(const Bytes& chunk, std::size_t nbytes) {
    Bytes out(nbytes, std::byte{0xEE});
    const PlanesJob job{chunk, out};
    decode_planes(std::span(&job, 1));
    return out;
}

/// Empty if the chunk would not be smaller than the elements.
std::optional<Bytes> encoded(const Bytes& elements, ElementLayout layout) {
    Bytes room(planes_room(elements.size()));
    const auto size = encode_planes(elements, layout, room);
    if (!size) return std::nullopt;
    room.resize(*size);
    return room;
}

/// Empty if the chunk is refused; whatever the bytes, nothing else may happen.
std::optional<Bytes> decoded_or_refused(const Bytes& chunk, std::size_t nbytes) {
    try {
        return decoded(chunk, nbytes);
    } catch (const Corrupt&) {
        return std::nullopt;
    }
}

// 16 float32 values, 1 to 2.875 in steps of an eighth: no plane of them is worth a zlib stream.
Bytes example_elements() {
    return test::generate(16, [](std::size_t i) { return 1.0f + static_cast<float>(i) / 8; });
}

const Bytes kExample = bytes_of({
    4,    1,                                         // width, flags: rotated
    1,    1,    0,    0,    0,                       // plane 0: constant
    1,    1,    0,    0,    0,                       // plane 1: constant
    0,    16,   0,    0,    0,                       // plane 2: raw
    0,    16,   0,    0,    0,                       // plane 3: raw
    0,                                               // plane 0
    0,                                               // plane 1
    0x00, 0x20, 0x40, 0x60, 0x80, 0xA0, 0xC0, 0xE0,  // plane 2: mantissa
    0x00, 0x10, 0x20, 0x30, 0x40, 0x50, 0x60, 0x70,
    0x7F, 0x7F, 0x7F, 0x7F, 0x7F, 0x7F, 0x7F, 0x7F,  // plane 3: exponent
    0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80,
});

TEST_CASE("what does not depend on the version of zlib is encoded byte by byte as ever",
          "[codec]") {
    const auto chunk = encoded(example_elements(), {.width = 4, .rotate = true});
    REQUIRE(chunk.has_value());
    CHECK(*chunk == kExample);
    CHECK(decoded(kExample, 64) == example_elements());
}

// The example of docs/FORMAT.md. Other encoders may write other bytes for plane 3.
const Bytes kDocumented = bytes_of({
    0x04, 0x01, 0x00, 0x20, 0x00, 0x00, 0x00, 0x01, 0x01, 0x00, 0x00, 0x00, 0x01, 0x01,
    0x00, 0x00, 0x00, 0x02, 0x19, 0x00, 0x00, 0x00, 0x00, 0x02, 0x04, 0x06, 0x08, 0x0A,
    0x0C, 0x0E, 0x10, 0x12, 0x14, 0x16, 0x18, 0x1A, 0x1C, 0x1E, 0x20, 0x22, 0x24, 0x26,
    0x28, 0x2A, 0x2C, 0x2E, 0x30, 0x32, 0x34, 0x36, 0x38, 0x3A, 0x3C, 0x3E, 0x00, 0x00,
    0x78, 0x01, 0x05, 0xC1, 0x01, 0x01, 0x00, 0x00, 0x00, 0x80, 0x90, 0xE7, 0xB9, 0x1E,
    0x00, 0x00, 0x55, 0x55, 0x55, 0x55, 0x03, 0x05, 0x97, 0x0F, 0xD1,
});

TEST_CASE("the example of docs/FORMAT.md is what it says", "[codec]") {
    const Bytes elements = test::generate(32, [](std::size_t i) {
        return static_cast<std::uint32_t>((i < 16 ? 0x3F80'0000 : 0x3F00'0000) + i);
    });
    CHECK(decoded(kDocumented, 128) == elements);
    const Bytes chunk = encoded(elements, {.width = 4, .rotate = true}).value();
    REQUIRE(chunk.size() > 56);
    CHECK(Bytes(chunk.begin(), chunk.begin() + 18) ==
          Bytes(kDocumented.begin(), kDocumented.begin() + 18));
    CHECK(Bytes(chunk.begin() + 22, chunk.begin() + 56) ==
          Bytes(kDocumented.begin() + 22, kDocumented.begin() + 56));
}

// Two bytes wide, not rotated: a zlib plane of one stored block, and a constant plane.
const Bytes kZlibExample = bytes_of({
    2,    0,                                   // width, flags
    2,    14,   0,    0,    0,                 // plane 0: zlib
    1,    1,    0,    0,    0,                 // plane 1: constant
    0x78, 0x01, 0x01, 0x03, 0x00, 0xFC, 0xFF,  // zlib header; last block, stored, 3 bytes
    'a',  'b',  'c',  0x02, 0x4D, 0x01, 0x27,  // the bytes; Adler-32
    9,                                         // plane 1
});

TEST_CASE("a plane may be any zlib stream, whoever wrote it", "[codec]") {
    CHECK(decoded(kZlibExample, 6) == bytes_of({'a', 9, 'b', 9, 'c', 9}));
}

TEST_CASE("planes are constant, raw or zlib as their bytes ask for", "[codec]") {
    // Little-endian words: random, skewed, 5, 5.
    const Bytes random = test::random_bytes(3'000, 1);
    const Bytes skewed = test::skewed_bytes(3'000, 2);
    Bytes words;
    for (std::size_t i = 0; i < 3'000; ++i) {
        words.insert(words.end(), {random[i], skewed[i], std::byte{5}, std::byte{5}});
    }
    const Bytes chunk = encoded(words, {.width = 4}).value();
    const auto length = load_le<std::uint32_t>(&chunk[8]);
    REQUIRE(chunk.size() == 22 + 3'000 + length + 2);
    CHECK(Bytes(chunk.begin(), chunk.begin() + 8) == bytes_of({4, 0, 0, 0xB8, 0x0B, 0, 0, 2}));
    CHECK(Bytes(chunk.begin() + 12, chunk.begin() + 22) ==
          bytes_of({1, 1, 0, 0, 0, 1, 1, 0, 0, 0}));
    const ByteView planes = ByteView(chunk).subspan(22);
    CHECK(Bytes(planes.begin(), planes.begin() + 3'000) == random);
    Bytes inflated(3'000);
    REQUIRE(zlib_decompress_stock(planes.subspan(3'000, length), inflated));
    CHECK(inflated == skewed);
    CHECK(Bytes(planes.end() - 2, planes.end()) == bytes_of({5, 5}));
}

TEST_CASE("elements without planes are known", "[codec]") {
    CHECK_FALSE(fill_planes(0, {.width = 4}));
    for (const int width : {0, 1, 3, 5, 16, 255}) {
        CAPTURE(width);
        CHECK_FALSE(fill_planes(240, {static_cast<std::uint8_t>(width)}));
    }
    CHECK_FALSE(fill_planes(15, {.width = 2}));
    CHECK_FALSE(fill_planes(12, {.width = 8}));
    CHECK(fill_planes(240, {.width = 8}));
    constexpr std::size_t kMostOfPlane = 0xFFFF'FFFF;
    CHECK(fill_planes(kMostOfPlane * 4, {.width = 4}));
    CHECK_FALSE(fill_planes((kMostOfPlane + 1) * 4, {.width = 4}));
}

TEST_CASE("planes that do not make a chunk smaller are not a chunk", "[codec]") {
    CHECK_FALSE(encoded(test::random_bytes(8'000, 1), {.width = 4}).has_value());
    CHECK(encoded(Bytes(16), {.width = 2}).value().size() == 14);
    CHECK_FALSE(encoded(Bytes(14), {.width = 2}).has_value());
}

// A small chunk with every method in it: bytes 2 to 6 head a raw plane, 7 to 11 a zlib one.
Bytes mixed_chunk() {
    Bytes words;
    const Bytes skewed = test::skewed_bytes(100, 3);
    for (int i = 0; i < 100; ++i) {
        const std::byte low = static_cast<std::byte>(i * 37);
        words.insert(words.end(), {low, skewed[static_cast<std::size_t>(i)], {}, std::byte{1}});
    }
    return encoded(words, {.width = 4}).value();
}
constexpr std::size_t kMixedSize = 400;

TEST_CASE("a small chunk can hold every method", "[codec]") {
    const Bytes chunk = mixed_chunk();
    REQUIRE(decoded_or_refused(chunk, kMixedSize).has_value());
    CHECK(chunk[2] == std::byte{0});
    CHECK(chunk[7] == std::byte{2});
    CHECK(chunk[12] == std::byte{1});
    CHECK(chunk[17] == std::byte{1});
}

TEST_CASE("every truncation of a chunk is refused", "[codec]") {
    const Bytes chunk = mixed_chunk();
    for (std::size_t size = 0; size < chunk.size(); ++size) {
        CAPTURE(size);
        const Bytes cut(chunk.begin(), chunk.begin() + static_cast<std::ptrdiff_t>(size));
        REQUIRE_FALSE(decoded_or_refused(cut, kMixedSize).has_value());
    }
}

TEST_CASE("every changed byte of a chunk is refused or seen in what it decodes to", "[codec]") {
    const Bytes chunk = mixed_chunk();
    const Bytes intact = decoded(chunk, kMixedSize);
    const std::size_t zlib_first = 22 + 100;
    const std::size_t zlib_end = zlib_first + load_le<std::uint32_t>(&chunk[8]);
    for (std::size_t at = 0; at < chunk.size(); ++at) {
        for (int change = 1; change < 256; ++change) {
            CAPTURE(at, change);
            Bytes changed = chunk;
            changed[at] ^= static_cast<std::byte>(change);
            const auto result = decoded_or_refused(changed, kMixedSize);
            // Inside a zlib stream bits may mean nothing: the compression level, unused codes.
            const bool in_stream = at >= zlib_first && at < zlib_end;
            if (!in_stream) REQUIRE((!result || *result != intact));
        }
    }
}

TEST_CASE("bytes that never were a chunk are refused or decoded, and nothing else", "[codec]") {
    const std::uint64_t seed = 20'240'607;
    CAPTURE(seed);
    std::mt19937_64 random(seed);
    std::size_t refused = 0;
    for (int i = 0; i < 20'000; ++i) {
        Bytes garbage = test::random_bytes(random() % 80, random());
        // Most random bytes fail at the first check: lead some of them past it.
        if (garbage.size() > 12 && i % 4 != 0) {
            garbage[0] = std::byte{2};
            garbage[1] = static_cast<std::byte>(random() % 2);
            for (const std::size_t header : {2U, 7U}) {
                garbage[header] = static_cast<std::byte>(random() % 3);
                store_le(&garbage[header + 1], static_cast<std::uint32_t>(random() % 40));
            }
        }
        if (!decoded_or_refused(garbage, random() % 100)) ++refused;
    }
    CHECK(refused > 15'000);
}

TEST_CASE("what is wrong with a chunk's headers is told", "[codec]") {
    const auto with = [](std::size_t at, int value) {
        Bytes chunk = kZlibExample;
        chunk[at] = static_cast<std::byte>(value);
        return chunk;
    };
    for (const int width : {0, 1, 3, 16, 255}) {
        REQUIRE_THROWS_SAYING(decoded(with(0, width), 6), Corrupt, "not 2, 4 or 8");
    }
    for (const int flags : {2, 3, 0x80, 0xFF}) {
        REQUIRE_THROWS_SAYING(decoded(with(1, flags), 6), Corrupt, "unknown flags");
    }
    for (const int method : {3, 4, 255}) {
        REQUIRE_THROWS_SAYING(decoded(with(2, method), 6), Corrupt, "method");
    }
    REQUIRE_THROWS_SAYING(decoded({}, 6), Corrupt, "ends inside its headers");
    REQUIRE_THROWS_SAYING(decoded(with(0, 4), 6), Corrupt, "plane");
    REQUIRE_THROWS_SAYING(decoded(kZlibExample, 7), Corrupt, "do not fill");
    REQUIRE_THROWS_SAYING(decoded(kZlibExample, 8), Corrupt, "does not inflate");
    REQUIRE_THROWS_SAYING(decoded(with(24, 'x'), 6), Corrupt, "does not inflate");
}

TEST_CASE("planes must end where the chunk ends", "[codec]") {
    Bytes longer = kZlibExample;
    longer.push_back(std::byte{9});
    REQUIRE_THROWS_SAYING(decoded(longer, 6), Corrupt, "end at byte 27, its data at byte 28");
    for (const std::uint32_t length : {0U, 13U, 15U, 0x7FFF'FFFFU, 0xFFFF'FFF1U, 0xFFFF'FFFFU}) {
        CAPTURE(length);
        Bytes chunk = kZlibExample;
        store_le(&chunk[3], length);
        REQUIRE_THROWS_SAYING(decoded(chunk, 6), Corrupt, "end at byte");
    }
    // Two lengths whose sum is right modulo 2^32, and only so.
    Bytes chunk = kZlibExample;
    store_le(&chunk[3], std::uint32_t{0xFFFF'FFFE});
    store_le(&chunk[8], std::uint32_t{17});
    REQUIRE_THROWS_SAYING(decoded(chunk, 6), Corrupt, "end at byte");
}

TEST_CASE("a raw or constant plane of another length is refused", "[codec]") {
    REQUIRE(decoded(bytes_of({2, 0, 0, 2, 0, 0, 0, 1, 1, 0, 0, 0, 7, 8, 9}), 4) ==
            bytes_of({7, 9, 8, 9}));
    REQUIRE_THROWS_SAYING(decoded(bytes_of({2, 0, 0, 1, 0, 0, 0, 1, 2, 0, 0, 0, 7, 8, 9}), 4),
                          Corrupt, "length of a raw plane");
    REQUIRE_THROWS_SAYING(decoded(bytes_of({2, 0, 0, 2, 0, 0, 0, 1, 2, 0, 0, 0, 7, 8, 9, 9}), 4),
                          Corrupt, "length of a constant plane");
    REQUIRE_THROWS_SAYING(decoded(bytes_of({2, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 0, 7, 8}), 4), Corrupt,
                          "length of a constant plane");
}

TEST_CASE("a chunk is decoded alike whatever leaf refers to it", "[codec]") {
    // The layout is the encoder's guess; the chunk carries it.
    const Bytes raw = test::skewed_bytes(800, 5);
    for (const int width : {2, 4, 8}) {
        for (const bool rotate : {false, true}) {
            const ElementLayout layout{static_cast<std::uint8_t>(width), rotate};
            CHECK(decoded(encoded(raw, layout).value(), raw.size()) == raw);
        }
    }
}

}  // namespace
}  // namespace ckptlite::codec
