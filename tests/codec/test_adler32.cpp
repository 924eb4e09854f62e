// SPDX-License-Identifier: MIT
#include "codec/adler32.hpp"

#include "codec/byte_histogram.hpp"
#include "codec/sample_bytes.hpp"
#include "support/catch.hpp"

namespace ckptlite::codec {
namespace {

using test::Bytes;

/// RFC 1950 as it stands.
std::uint32_t plain_adler32(const Bytes& bytes) {
    std::uint32_t a = 1;
    std::uint32_t b = 0;
    for (const std::byte byte : bytes) {
        a = (a + std::to_integer<std::uint32_t>(byte)) % 65'521;
        b = (b + a) % 65'521;
    }
    return b << 16 | a;
}

void check_adler32(const Bytes& bytes) {
    for (const InstructionSet set : instruction_sets()) {
        CAPTURE(bytes.size(), static_cast<int>(set));
        REQUIRE(adler32(bytes, set) == plain_adler32(bytes));
    }
}

TEST_CASE("the Adler-32 of known bytes is the known one", "[codec]") {
    CHECK(adler32({}) == 1);
    CHECK(adler32(as_bytes("Wikipedia")) == 0x11E6'0398);
}

TEST_CASE("the Adler-32 is that of the plain loop for every size", "[codec]") {
    for (std::size_t size = 0; size <= 300; ++size) check_adler32(test::random_bytes(size, size));
    for (const std::size_t size : {5'552U, 65'521U, 131'071U, 131'072U, 131'105U, 400'001U}) {
        check_adler32(test::random_bytes(size, 1));
    }
}

TEST_CASE("the Adler-32 of the largest bytes does not overflow", "[codec]") {
    for (const std::size_t size : {131'072U, 131'073U, 1'000'003U}) {
        check_adler32(Bytes(size, std::byte{0xFF}));
    }
}

TEST_CASE("a histogram counts every byte once", "[codec]") {
    for (std::size_t size = 0; size <= 40; ++size) {
        const Bytes bytes = test::skewed_bytes(size, size);
        std::array<std::uint32_t, 256> expected{};
        for (const std::byte byte : bytes) ++expected[std::to_integer<std::size_t>(byte)];
        ByteHistogram histogram;
        histogram.add(bytes);
        CHECK(histogram.counts() == expected);
        histogram.add(bytes);
        for (auto& count : expected) count *= 2;
        CHECK(histogram.counts() == expected);
    }
}

}  // namespace
}  // namespace ckptlite::codec
