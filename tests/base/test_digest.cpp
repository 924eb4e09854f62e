// SPDX-License-Identifier: MIT
#include "base/digest.hpp"

#include <algorithm>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "support/catch.hpp"

namespace ckptlite {
namespace {

std::string hex(const Digest& digest) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    std::string text;
    for (const std::byte byte : digest) {
        text += kDigits[std::to_integer<std::size_t>(byte >> 4)];
        text += kDigits[std::to_integer<std::size_t>(byte & std::byte{15})];
    }
    return text;
}

std::vector<std::byte> some_bytes(std::size_t count) {
    std::mt19937_64 random(count);
    std::vector<std::byte> bytes(count);
    for (std::byte& byte : bytes) byte = static_cast<std::byte>(random());
    return bytes;
}

// What `printf abc | xxhsum -H2` prints.
TEST_CASE("digests are XXH3-128 in canonical order", "[base]") {
    CHECK(hex(digest_of({})) == "99aa06d3014798d86001c324468d497f");
    CHECK(hex(digest_of(as_bytes("abc"))) == "06b05ab6733a618578af5f94892f3950");
}

TEST_CASE("bytes that arrive in pieces have the digest of all of them", "[base]") {
    for (const std::size_t size : {0U, 1U, 16U, 240U, 241U, 1'000U, 100'000U}) {
        const std::vector<std::byte> bytes = some_bytes(size);
        for (const std::size_t piece : {1U, 7U, 256U, 4'096U, 200'000U}) {
            CAPTURE(size, piece);
            Digester digester;
            for (std::size_t at = 0; at < size; at += piece) {
                digester.update(ByteView(bytes).subspan(at, std::min(piece, size - at)));
            }
            REQUIRE(digester.finish() == digest_of(bytes));
        }
    }
}

TEST_CASE("a digest may be read before the last piece has come", "[base]") {
    Digester digester;
    CHECK(digester.finish() == digest_of({}));
    digester.update("ab");
    CHECK(digester.finish() == digest_of(as_bytes("ab")));
    Digester moved = std::move(digester);
    moved.update("c");
    CHECK(moved.finish() == digest_of(as_bytes("abc")));
}

TEST_CASE("one changed bit changes the digest", "[base]") {
    std::vector<std::byte> bytes = some_bytes(300);
    const Digest intact = digest_of(bytes);
    for (std::byte& byte : bytes) {
        byte ^= std::byte{0x10};
        REQUIRE(digest_of(bytes) != intact);
        byte ^= std::byte{0x10};
    }
    CHECK(digest_of(bytes) == intact);
}

}  // namespace
}  // namespace ckptlite
