// SPDX-License-Identifier: MIT
// What huffman_inflate.hpp accepts: all that the encoder writes, and nothing that stock zlib
// refuses.
#include "codec/huffman_inflate.hpp"

#include <algorithm>
#include <utility>

#include "codec/adler32.hpp"
#include "codec/deflate_symbols.hpp"
#include "codec/huffman_deflate.hpp"
#include "codec/sample_bytes.hpp"
#include "codec/zlib_stream.hpp"
#include "support/catch.hpp"

namespace ckptlite::codec {
namespace {

using test::Bytes;
using test::bytes_of;

constexpr std::size_t kBlock = 256 << 10;  // bytes that share a code

Bytes compressed(const Bytes& raw, InstructionSet set = best_instruction_set()) {
    Bytes stream(raw.size() * 2 + 1'024);
    const auto length = huffman_compress(raw, stream, set);
    REQUIRE(length.has_value());
    stream.resize(*length);
    return stream;
}

Bytes by_stock_zlib(const Bytes& raw) {
    Bytes stream(raw.size() * 2 + 1'024);
    const auto length = zlib_compress(raw, stream);
    REQUIRE(length.has_value());
    stream.resize(*length);
    return stream;
}

bool decodes(const Bytes& stream, const Bytes& raw, InstructionSet set) {
    Bytes out(raw.size(), std::byte{0xEE});
    return huffman_decompress(stream, out, set) && out == raw;
}

bool accepts(const Bytes& stream, std::size_t nbytes, InstructionSet set) {
    Bytes out(nbytes);
    return huffman_decompress(stream, out, set);
}

void check_round_trip(const Bytes& raw) {
    for (const InstructionSet set : instruction_sets()) {
        CAPTURE(raw.size(), static_cast<int>(set));
        REQUIRE(decodes(compressed(raw, set), raw, set));
    }
}

Bytes two_valued(std::size_t count, std::uint64_t seed) {
    std::mt19937_64 random(seed);
    return test::generate(count, [&](std::size_t) {
        return random() % 5 == 0 ? std::uint8_t{0xBF} : std::uint8_t{0x3C};
    });
}

/// Runs of 1 to 2000 equal bytes.
Bytes runs(std::size_t count, std::uint64_t seed) {
    std::mt19937_64 random(seed);
    Bytes bytes;
    while (bytes.size() < count) {
        bytes.insert(bytes.end(), 1 + random() % 2'000, static_cast<std::byte>(random() % 7));
    }
    bytes.resize(count);
    return bytes;
}

/// Each value as often as the two rarer ones together: the code with the longest words there is.
Bytes fibonacci_weights(std::size_t values) {
    Bytes bytes;
    std::size_t count = 1;
    std::size_t next = 1;
    for (std::size_t value = 0; value < values; ++value) {
        bytes.insert(bytes.end(), count, static_cast<std::byte>(value * 11));
        count = std::exchange(next, count + next);
    }
    std::ranges::shuffle(bytes, std::mt19937_64(values));
    return bytes;
}

TEST_CASE("what huffman_compress writes is decoded, whatever the size", "[codec]") {
    for (std::size_t size = 1; size <= 300; ++size) {
        check_round_trip(test::random_bytes(size, size));
        check_round_trip(test::skewed_bytes(size, size));
        check_round_trip(two_valued(size, size));
        check_round_trip(runs(size, size));
        check_round_trip(Bytes(size, std::byte{0x7F}));
    }
}

TEST_CASE("no bytes at all are left to another decoder", "[codec]") {
    for (const InstructionSet set : instruction_sets()) {
        CHECK_FALSE(accepts(compressed({}), 0, set));
        CHECK_FALSE(accepts({}, 0, set));
        CHECK_FALSE(accepts({}, 1, set));
    }
}

TEST_CASE("streams of one block, of two and of three are decoded", "[codec]") {
    for (const std::size_t blocks : {1U, 2U}) {
        for (const std::size_t size : {blocks * kBlock - 1, blocks * kBlock, blocks * kBlock + 1}) {
            check_round_trip(test::skewed_bytes(size, size));
            check_round_trip(runs(size, size));
            check_round_trip(Bytes(size));
        }
    }
    check_round_trip(test::random_bytes(kBlock + 1, 1));
}

TEST_CASE("a block that ends early for its many runs is decoded", "[codec]") {
    Bytes raw;
    for (int i = 0; i < 5'000; ++i) raw.insert(raw.end(), 40, static_cast<std::byte>(i * 37));
    check_round_trip(raw);
}

TEST_CASE("codes as uneven as their limit allows are decoded", "[codec]") {
    for (const std::size_t values : {2U, 10U, 12U, 13U, 20U}) {
        check_round_trip(fibonacci_weights(values));
    }
}

TEST_CASE("runs of every length up to two matches are decoded", "[codec]") {
    for (std::size_t length = 1; length <= 2 * 258 + 4; ++length) {
        Bytes raw = test::random_bytes(50, length);
        raw.insert(raw.end(), length, std::byte{9});
        raw.insert(raw.end(), 50, std::byte{8});
        check_round_trip(raw);
    }
}

TEST_CASE("streams with distances, stored blocks or fixed codes are declined", "[codec]") {
    const Bytes once = test::skewed_bytes(3'000, 1);
    Bytes distances = once;
    distances.insert(distances.end(), once.begin(), once.end());
    const Bytes stored = test::random_bytes(5'000, 1);
    const Bytes fixed = bytes_of({'a', 'b', 'c'});
    for (const Bytes& raw : {distances, stored, fixed}) {
        const Bytes stream = by_stock_zlib(raw);
        CAPTURE(raw.size(), stream.size());
        Bytes out(raw.size());
        REQUIRE(zlib_decompress_stock(stream, out));
        for (const InstructionSet set : instruction_sets()) {
            CHECK_FALSE(accepts(stream, raw.size(), set));
        }
    }
    CHECK(std::to_integer<int>(by_stock_zlib(distances)[2] & std::byte{6}) == 2 * kDynamicBlock);
    CHECK(std::to_integer<int>(by_stock_zlib(stored)[2] & std::byte{6}) == 0);
    CHECK(std::to_integer<int>(by_stock_zlib(fixed)[2] & std::byte{6}) == 2);
}

Bytes sample(std::mt19937_64& random) {
    const std::size_t size = 1 + random() % 600;
    switch (random() % 5) {
        case 0:
            return test::random_bytes(size, random());
        case 1:
            return two_valued(size, random());
        case 2:
            return runs(size, random());
        case 3:
            return fibonacci_weights(2 + random() % 11);
        default:
            return test::skewed_bytes(size, random());
    }
}

/// Half of all changes are made in the first bytes, where the codes are.
void damage(Bytes& stream, std::mt19937_64& random) {
    const std::size_t range =
        random() % 2 == 0 ? std::min<std::size_t>(stream.size(), 60) : stream.size();
    const std::size_t at = random() % range;
    const auto place = stream.begin() + static_cast<std::ptrdiff_t>(at);
    switch (random() % 6) {
        case 0:
            stream.resize(at + 1);
            break;
        case 1:
            stream.insert(place, static_cast<std::byte>(random()));
            break;
        case 2:
            std::swap(stream[at], stream[random() % stream.size()]);
            break;
        default:
            *place ^= static_cast<std::byte>(1 << random() % 8);
    }
}

/// Makes the checksum that of what the body decodes to, so that the body decides.
void repair_checksum(Bytes& stream, std::size_t nbytes, InstructionSet set) {
    if (stream.size() < 4) return;
    Bytes out(nbytes);
    if (huffman_decompress(stream, out, set)) return;
    const std::uint32_t check = adler32(out);
    for (std::size_t i = 0; i < 4; ++i) {
        stream[stream.size() - 1 - i] = static_cast<std::byte>(check >> (8 * i));
    }
}

/// Whether it was accepted. All sets say the same, and stock zlib what they say when it is true.
bool checked_answer(const Bytes& stream, std::size_t nbytes) {
    Bytes stock(nbytes, std::byte{0xDD});
    const bool valid = zlib_decompress_stock(stream, stock);
    bool accepted = false;
    for (const InstructionSet set : instruction_sets()) {
        Bytes out(nbytes, std::byte{0xEE});
        accepted = huffman_decompress(stream, out, set);
        CAPTURE(static_cast<int>(set), stream, nbytes);
        if (accepted) REQUIRE((valid && out == stock));
        REQUIRE(accepts(stream, nbytes, InstructionSet::baseline) == accepted);
    }
    return accepted;
}

TEST_CASE("whatever is accepted of damaged streams, stock zlib accepts alike", "[codec]") {
    const std::uint64_t seed = std::random_device{}();
    CAPTURE(seed);
    std::mt19937_64 random(seed);
    int accepted = 0;
    for (int i = 0; i < 20'000; ++i) {
        CAPTURE(i);
        const Bytes raw = sample(random);
        const Bytes good = compressed(raw);
        Bytes bad = good;
        for (std::size_t changes = 1 + random() % 3; changes > 0; --changes) damage(bad, random);
        if (random() % 4 != 0) repair_checksum(bad, raw.size(), best_instruction_set());
        if (checked_answer(bad, raw.size()) && bad != good) ++accepted;
    }
    CHECK(accepted > 500);  // else the bodies were never put to the question
}

}  // namespace
}  // namespace ckptlite::codec
