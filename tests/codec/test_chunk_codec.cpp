// SPDX-License-Identifier: MIT
#include "codec/chunk_codec.hpp"

#include <string>

#include "ckptlite/error.hpp"
#include "codec/sample_bytes.hpp"
#include "support/catch.hpp"
#include "support/throws.hpp"

namespace ckptlite::codec {
namespace {

using test::Bytes;

const std::vector<ElementLayout> kLayouts = {{1, false}, {1, true}, {2, false}, {2, true},
                                             {4, false}, {4, true}, {8, false}, {8, true}};

struct EncodedChunk {
    Codec codec = Codec::raw;
    Bytes data{};
};

EncodedChunk encode(const Bytes& raw, ElementLayout layout, Codec wanted) {
    Bytes room(encode_room(raw.size()));
    const Encoded encoded = codec::encode(raw, layout, wanted, room);
    if (encoded.codec == Codec::raw) return {Codec::raw, raw};
    room.resize(encoded.size);
    return {encoded.codec, std::move(room)};
}

Bytes decoded(const EncodedChunk& chunk, std::size_t nbytes) {
    Bytes out(nbytes, std::byte{0xEE});
    decode(chunk.codec, chunk.data, out);
    return out;
}

void check_every_way(const Bytes& raw) {
    for (const ElementLayout layout : kLayouts) {
        for (const Codec wanted : {Codec::raw, Codec::zlib, Codec::planes}) {
            CAPTURE(raw.size(), int{layout.width}, layout.rotate, codec_name(wanted));
            const EncodedChunk chunk = encode(raw, layout, wanted);
            const bool exact = decoded(chunk, raw.size()) == raw;
            REQUIRE(exact);
            if (chunk.codec == Codec::raw) CHECK(chunk.data.size() == raw.size());
            if (chunk.codec != Codec::raw) CHECK(chunk.data.size() < raw.size());
        }
    }
}

TEST_CASE("every kind of bytes comes back from every codec and layout", "[codec]") {
    SECTION("random") {
        check_every_way(test::random_bytes(20'000, 1));
    }
    SECTION("constant") {
        check_every_way(Bytes(20'000, std::byte{0x3F}));
    }
    SECTION("skewed") {
        check_every_way(test::skewed_bytes(20'000, 2));
    }
    SECTION("sawtooth") {
        check_every_way(test::sawtooth_bytes(20'000));
    }
    SECTION("float32") {
        check_every_way(test::gaussian<float>(5'000, 3));
    }
    SECTION("float64") {
        check_every_way(test::gaussian<double>(2'500, 4));
    }
    SECTION("bfloat16") {
        check_every_way(test::gaussian_bfloat16(10'000, 5));
    }
    SECTION("int32 ramp") {
        check_every_way(test::int32_ramp(5'000));
    }
    SECTION("a chunk of 1 MiB") {
        check_every_way(test::gaussian<float>(1U << 18, 6));
    }
}

TEST_CASE("chunks of every small size come back, empty and odd ones too", "[codec]") {
    for (std::size_t size = 0; size <= 70; ++size) {
        check_every_way(test::skewed_bytes(size, size));
        check_every_way(Bytes(size, std::byte{7}));
    }
    check_every_way(test::skewed_bytes(4'097, 1));
}

TEST_CASE("encoding the same bytes twice gives the same chunk", "[codec]") {
    const Bytes raw = test::gaussian<float>(5'000, 9);
    for (const Codec wanted : {Codec::raw, Codec::zlib, Codec::planes}) {
        const EncodedChunk first = encode(raw, {4, true}, wanted);
        const EncodedChunk between = encode(test::skewed_bytes(999, 1), {1, false}, wanted);
        const EncodedChunk again = encode(raw, {4, true}, wanted);
        CHECK(first.codec == again.codec);
        CHECK(first.data == again.data);
    }
}

TEST_CASE("the codec that was wanted is the codec of bytes that it makes smaller", "[codec]") {
    const Bytes raw = test::gaussian<float>(5'000, 3);
    CHECK(encode(raw, {4, true}, Codec::raw).codec == Codec::raw);
    CHECK(encode(raw, {4, true}, Codec::zlib).codec == Codec::zlib);
    CHECK(encode(raw, {4, true}, Codec::planes).codec == Codec::planes);
}

TEST_CASE("bytes that do not shrink are stored raw", "[codec]") {
    const Bytes raw = test::random_bytes(8'192, 3);
    CHECK(encode(raw, {4, true}, Codec::planes).codec == Codec::raw);
    CHECK(encode(raw, {1, false}, Codec::zlib).codec == Codec::raw);
    CHECK(encode({}, {4, true}, Codec::planes).codec == Codec::raw);
    CHECK(encode(Bytes(4), {4, true}, Codec::planes).codec == Codec::raw);
}

TEST_CASE("bytes without planes fall back to zlib if they look compressible", "[codec]") {
    CHECK(encode(test::skewed_bytes(8'192, 1), {1, false}, Codec::planes).codec == Codec::zlib);
    CHECK(encode(test::skewed_bytes(8'193, 1), {2, false}, Codec::planes).codec == Codec::zlib);
    CHECK(encode(test::skewed_bytes(8'193, 1), {3, false}, Codec::planes).codec == Codec::zlib);
    CHECK(encode(test::random_bytes(8'193, 1), {2, false}, Codec::planes).codec == Codec::raw);
}

TEST_CASE("planes make weights smaller than plain zlib does", "[codec]") {
    const Bytes float32 = test::gaussian<float>(100'000, 3);
    const auto percent = [&](const Bytes& raw, ElementLayout layout, Codec codec) {
        return 100 * encode(raw, layout, codec).data.size() / raw.size();
    };
    CHECK(percent(float32, {4, true}, Codec::planes) < 87);
    CHECK(percent(float32, {4, true}, Codec::planes) < percent(float32, {4, true}, Codec::zlib));
    CHECK(percent(test::gaussian_bfloat16(100'000, 3), {2, true}, Codec::planes) < 75);
}

TEST_CASE("codec names are those on disk", "[codec]") {
    CHECK(codec_name(Codec::raw) == "raw");
    CHECK(codec_name(Codec::zlib) == "zlib");
    CHECK(codec_name(Codec::planes) == "planes");
    for (const Codec codec : {Codec::raw, Codec::zlib, Codec::planes}) {
        CHECK(parse_codec(codec_name(codec)) == codec);
    }
    for (const char* const name : {"", "zstd", "RAW", "raw ", "zlib\n", "unknown"}) {
        CAPTURE(name);
        CHECK_FALSE(parse_codec(name).has_value());
    }
    CHECK(codec_name(static_cast<Codec>(9)) == "unknown");
}

TEST_CASE("a chunk that declares another size than it has is corrupt", "[codec]") {
    const Bytes raw = test::skewed_bytes(4'000, 1);
    for (const Codec codec : {Codec::raw, Codec::zlib, Codec::planes}) {
        const EncodedChunk chunk = encode(raw, {4, true}, codec);
        REQUIRE(chunk.codec == codec);
        for (const std::size_t nbytes : {0U, 1U, 3'996U, 3'999U, 4'001U, 4'004U, 8'000U}) {
            CAPTURE(codec_name(codec), nbytes);
            CHECK_THROWS_AS(decoded(chunk, nbytes), Corrupt);
        }
    }
}

TEST_CASE("truncated chunks and chunks with something after them are corrupt", "[codec]") {
    const Bytes raw = test::skewed_bytes(600, 1);
    for (const Codec codec : {Codec::raw, Codec::zlib, Codec::planes}) {
        const EncodedChunk chunk = encode(raw, {4, true}, codec);
        for (std::size_t size = 0; size < chunk.data.size(); ++size) {
            CAPTURE(codec_name(codec), size);
            const auto end = chunk.data.begin() + static_cast<std::ptrdiff_t>(size);
            REQUIRE_THROWS_AS(decoded({codec, {chunk.data.begin(), end}}, raw.size()), Corrupt);
        }
        EncodedChunk longer = chunk;
        longer.data.push_back(std::byte{0});
        CHECK_THROWS_AS(decoded(longer, raw.size()), Corrupt);
    }
}

TEST_CASE("chunks of all kinds are decoded together", "[codec]") {
    std::vector<Bytes> raws;
    std::vector<EncodedChunk> chunks;
    for (const std::size_t size : {8U, 20'000U, 400U, 8'000U}) {
        for (const Codec wanted : {Codec::planes, Codec::planes, Codec::zlib, Codec::raw}) {
            for (const ElementLayout layout : {ElementLayout{4, true}, ElementLayout{2, true}}) {
                raws.push_back(test::skewed_bytes(size, raws.size()));
                chunks.push_back(encode(raws.back(), layout, wanted));
            }
        }
    }
    std::vector<Bytes> out;
    std::vector<DecodeJob> jobs;
    for (const Bytes& raw : raws) out.emplace_back(raw.size());
    for (std::size_t i = 0; i < chunks.size(); ++i) {
        jobs.push_back({chunks[i].codec, chunks[i].data, out[i]});
    }
    decode(jobs);
    CHECK(out == raws);
    // One that is damaged spoils them all, wherever it stands.
    for (DecodeJob& job : jobs) {
        const ByteView whole = job.stored;
        job.stored = whole.first(whole.size() - 1);
        CHECK_THROWS_AS(decode(jobs), Corrupt);
        job.stored = whole;
    }
}

TEST_CASE("damaged chunks say what is wrong with them", "[codec]") {
    const Bytes three(3);
    REQUIRE_THROWS_SAYING(decoded({Codec::raw, three}, 4), Corrupt, "holds 3 bytes, not the 4");
    REQUIRE_THROWS_SAYING(decoded({Codec::zlib, three}, 4), Corrupt, "does not inflate to the 4");
    REQUIRE_THROWS_SAYING(decoded({static_cast<Codec>(9), three}, 3), Corrupt, "does not know");
}

}  // namespace
}  // namespace ckptlite::codec
