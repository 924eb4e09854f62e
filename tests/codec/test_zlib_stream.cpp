// SPDX-License-Identifier: MIT
#include "codec/zlib_stream.hpp"

#include <utility>

#include "codec/huffman_deflate.hpp"
#include "codec/sample_bytes.hpp"
#include "support/catch.hpp"

namespace ckptlite::codec {
namespace {

using test::Bytes;
using test::bytes_of;

/// The encoders of this library: stock zlib's, and the one for byte planes.
enum class Deflate { matches, huffman };

std::optional<std::size_t> compress(const Bytes& raw, Deflate how, std::span<std::byte> out) {
    return how == Deflate::matches ? zlib_compress(raw, out) : huffman_compress(raw, out);
}

Bytes compressed(const Bytes& raw, Deflate how) {
    Bytes stream(raw.size() * 2 + 1'024);
    const auto length = compress(raw, how, stream);
    REQUIRE(length.has_value());
    stream.resize(*length);
    return stream;
}

struct Answer {
    bool accepted = false;
    Bytes bytes{};
};

Answer stock(const Bytes& stream, std::size_t nbytes) {
    Answer answer{false, Bytes(nbytes, std::byte{0xEE})};
    answer.accepted = zlib_decompress_stock(stream, answer.bytes);
    return answer;
}

Answer fast(const Bytes& stream, std::size_t nbytes) {
    Answer answer{false, Bytes(nbytes, std::byte{0xDD})};
    answer.accepted = zlib_decompress(stream, answer.bytes);
    return answer;
}

bool both_accept(const Bytes& stream, const Bytes& raw) {
    const Answer one = stock(stream, raw.size());
    const Answer other = fast(stream, raw.size());
    return one.accepted && other.accepted && one.bytes == raw && other.bytes == raw;
}

bool both_refuse(const Bytes& stream, std::size_t nbytes) {
    return !stock(stream, nbytes).accepted && !fast(stream, nbytes).accepted;
}

/// All that may be said of every damaged stream: libdeflate accepts more than zlib does.
bool stock_implies_fast(const Bytes& stream, std::size_t nbytes) {
    const Answer one = stock(stream, nbytes);
    if (!one.accepted) return true;
    const Answer other = fast(stream, nbytes);
    return other.accepted && other.bytes == one.bytes;
}

const std::vector<Deflate> kWays = {Deflate::matches, Deflate::huffman};

TEST_CASE("streams inflate to what was compressed, in either decoder", "[codec]") {
    for (const Deflate how : kWays) {
        for (const std::size_t size : {0U, 1U, 2U, 100U, 5'000U, 200'000U}) {
            CAPTURE(size, static_cast<int>(how));
            for (const Bytes& raw : {test::random_bytes(size, 1), test::skewed_bytes(size, 2),
                                     test::sawtooth_bytes(size), Bytes(size)}) {
                REQUIRE(both_accept(compressed(raw, how), raw));
            }
        }
    }
}

TEST_CASE("streams begin with the header of a zlib stream", "[codec]") {
    for (const Deflate how : kWays) {
        const Bytes stream = compressed(test::skewed_bytes(1'000, 1), how);
        CHECK(Bytes(stream.begin(), stream.begin() + 2) == bytes_of({0x78, 0x01}));
    }
}

TEST_CASE("compression stops where the room ends", "[codec]") {
    const Bytes raw = test::skewed_bytes(3'000, 1);
    for (const Deflate how : kWays) {
        const Bytes stream = compressed(raw, how);
        for (const std::size_t room : {std::size_t{0}, std::size_t{1}, stream.size() - 1}) {
            Bytes out(room);
            CHECK_FALSE(compress(raw, how, out).has_value());
        }
        Bytes exact(stream.size());
        CHECK(compress(raw, how, exact) == stream.size());
        CHECK(exact == stream);
    }
}

TEST_CASE("what zlib cannot count is refused and not touched", "[codec]") {
    std::byte byte{7};
    const std::span<std::byte> one(&byte, 1);
    const std::span<std::byte> large(&byte, std::size_t{1} << 33);
    CHECK_FALSE(zlib_compress(large, one).has_value());
    CHECK_FALSE(zlib_compress(one, large).has_value());
    std::vector<bool (*)(ByteView, std::span<std::byte>)> decoders{zlib_decompress_stock};
#if CKPTLITE_HAVE_LIBDEFLATE
    decoders.push_back(zlib_decompress_libdeflate);
#endif
    for (const auto decompress : decoders) {
        CHECK_FALSE(decompress(large, one));
        CHECK_FALSE(decompress(one, large));
    }
    CHECK(byte == std::byte{7});
}

TEST_CASE("a stream of another size, cut, or with something after it is refused", "[codec]") {
    const Bytes raw = test::skewed_bytes(900, 1);
    for (const Deflate how : kWays) {
        const Bytes stream = compressed(raw, how);
        for (const std::size_t nbytes : {0U, 1U, 899U, 901U, 5'000U}) {
            CHECK(both_refuse(stream, nbytes));
        }
        for (std::size_t size = 0; size < stream.size(); ++size) {
            CAPTURE(size);
            const auto end = stream.begin() + static_cast<std::ptrdiff_t>(size);
            REQUIRE(both_refuse(Bytes(stream.begin(), end), raw.size()));
        }
        Bytes longer = stream;
        longer.push_back(std::byte{0});
        CHECK(both_refuse(longer, raw.size()));
        longer.insert(longer.end() - 1, stream.begin(), stream.end());
        CHECK(both_refuse(longer, raw.size()));
    }
}

TEST_CASE("headers and checksums of streams are checked", "[codec]") {
    // One stored block with "abc".
    const Bytes stream =
        bytes_of({0x78, 0x01, 0x01, 0x03, 0x00, 0xFC, 0xFF, 'a', 'b', 'c', 0x02, 0x4D, 0x01, 0x27});
    REQUIRE(both_accept(stream, bytes_of({'a', 'b', 'c'})));
    const auto with = [&](std::size_t at, int value) {
        Bytes changed = stream;
        changed[at] = static_cast<std::byte>(value);
        return changed;
    };
    CHECK(both_refuse(with(1, 0x02), 3));   // check bits of the header
    CHECK(both_refuse(with(2, 0x07), 3));   // a block of the reserved type
    CHECK(both_refuse(with(2, 0x00), 3));   // no last block
    CHECK(both_refuse(with(5, 0xFD), 3));   // the block's length against its complement
    CHECK(both_refuse(with(8, 'x'), 3));    // a byte
    CHECK(both_refuse(with(13, 0x28), 3));  // the Adler-32

    Bytes dictionary = with(1, 0x20);  // 0x7820 is a multiple of 31
    CHECK(both_refuse(dictionary, 3));
    Bytes window = with(0, 0x88);  // a window of 64 KiB; 0x881C is a multiple of 31
    window[1] = std::byte{0x1C};
    CHECK(both_refuse(window, 3));
}

TEST_CASE("what zlib accepts with a byte changed, the fast decoder accepts alike", "[codec]") {
    const Bytes raw = test::skewed_bytes(150, 4);
    for (const Deflate how : kWays) {
        const Bytes stream = compressed(raw, how);
        for (std::size_t at = 0; at < stream.size(); ++at) {
            for (int change = 1; change < 256; ++change) {
                CAPTURE(static_cast<int>(how), at, change);
                Bytes changed = stream;
                changed[at] ^= static_cast<std::byte>(change);
                REQUIRE(stock_implies_fast(changed, raw.size()));
            }
        }
    }
}

Bytes damaged(Bytes stream, std::mt19937_64& random) {
    const auto place = [&] { return static_cast<std::ptrdiff_t>(random() % stream.size()); };
    switch (random() % 4) {
        case 0:
            stream.erase(stream.begin() + place());
            break;
        case 1:
            stream.insert(stream.begin() + place(), static_cast<std::byte>(random()));
            break;
        case 2:
            stream.resize(static_cast<std::size_t>(place()));
            break;
        default:
            break;
    }
    for (std::size_t changes = random() % 4; changes > 0 && !stream.empty(); --changes) {
        stream[static_cast<std::size_t>(place())] ^= static_cast<std::byte>(1 << (random() % 8));
    }
    return stream;
}

TEST_CASE("good and damaged streams get compatible answers from both decoders", "[codec]") {
    const std::uint64_t seed = 19'950'501;
    CAPTURE(seed);
    std::mt19937_64 random(seed);
    int accepted = 0;
    for (int i = 0; i < 10'000; ++i) {
        CAPTURE(i);
        const Bytes raw = test::skewed_bytes(random() % 400, random());
        const Bytes good = compressed(raw, kWays[random() % 2]);
        REQUIRE(both_accept(good, raw));
        REQUIRE(both_refuse(good, raw.size() + 1));
        const Bytes bad = damaged(good, random);
        REQUIRE(stock_implies_fast(bad, raw.size()));
        if (bad != good && fast(bad, raw.size()).accepted) ++accepted;
    }
    // Damage is found, but for bits without a meaning and collisions of the Adler-32.
    CHECK(accepted < 200);
}

TEST_CASE("a stream that RFC 1951 forbids never gives wrong bytes", "[codec]") {
    // A block of fixed codes: 'a', then a match of length code 286, which must not occur. zlib
    // refuses it. libdeflate reads it as a match of 258, and the Adler-32 here is right for that.
    const Bytes stream = bytes_of({0x78, 0x01, 0x4B, 0x1C, 0x03, 0x00, 0xD9, 0xA8, 0x62, 0x24});
    const Bytes raw(259, std::byte{'a'});
    Bytes out(raw.size());
    CHECK_FALSE(zlib_decompress_stock(stream, out));
    if (zlib_decompress(stream, out)) CHECK(out == raw);
}

}  // namespace
}  // namespace ckptlite::codec
