// SPDX-License-Identifier: MIT
#include "tree/scalar_bytes.hpp"

#include <bit>
#include <limits>

#include "ckptlite/error.hpp"
#include "support/catch.hpp"
#include "support/random_tree.hpp"
#include "support/throws.hpp"

namespace ckptlite::pytree {
namespace {

Bytes bytes_of(const Tree& leaf) {
    return scalar_to_bytes(leaf.scalar());
}

Bytes raw(std::initializer_list<int> values) {
    Bytes bytes;
    for (const int value : values) bytes.push_back(static_cast<std::byte>(value));
    return bytes;
}

TEST_CASE("scalars are stored as the bytes the format promises", "[tree]") {
    CHECK(bytes_of(Tree(258)) == raw({2, 1, 0, 0, 0, 0, 0, 0}));
    CHECK(bytes_of(Tree(-2)) == raw({254, 255, 255, 255, 255, 255, 255, 255}));
    CHECK(bytes_of(Tree(1.0)) == raw({0, 0, 0, 0, 0, 0, 0xF0, 0x3F}));
    CHECK(bytes_of(Tree(true)) == raw({1}));
    CHECK(bytes_of(Tree(false)) == raw({0}));
    CHECK(bytes_of(Tree(std::complex<double>(1, -2))) ==
          raw({0, 0, 0, 0, 0, 0, 0xF0, 0x3F, 0, 0, 0, 0, 0, 0, 0, 0xC0}));
    CHECK(bytes_of(Tree("\u00e9")) == raw({0xC3, 0xA9}));
    CHECK(bytes_of(Tree(raw({0, 255}))) == raw({0, 255}));
}

TEST_CASE("every scalar comes back bit by bit", "[tree]") {
    for_each_leaf(test::tree_of_every_kind(), [](const std::string& path, const Tree& leaf) {
        const LeafKind kind = kind_of(leaf);
        if (kind == LeafKind::tensor) return;
        INFO(path);
        CHECK(scalar_from_bytes(kind, bytes_of(leaf)) == leaf.scalar());
    });
}

TEST_CASE("NaN payloads and the sign of zero survive", "[tree]") {
    for (const std::uint64_t bits :
         {0x7FF0'0000'0000'0001ULL, 0xFFF8'1234'5678'9ABCULL, 0x8000'0000'0000'0000ULL}) {
        const Tree leaf(std::bit_cast<double>(bits));
        const Scalar back = scalar_from_bytes(LeafKind::floating, bytes_of(leaf));
        CHECK(std::bit_cast<std::uint64_t>(back.as<double>()) == bits);
    }
}

TEST_CASE("a string that is not UTF-8 is to be stored as bytes", "[tree]") {
    REQUIRE_THROWS_SAYING(bytes_of(Tree(std::string("\xff"))), InvalidArgument,
                          "store it as bytes");
}

TEST_CASE("bytes that no scalar has are corrupt", "[tree]") {
    for (const std::size_t n : {0U, 7U, 9U}) {
        REQUIRE_THROWS_SAYING(scalar_from_bytes(LeafKind::integer, Bytes(n)), Corrupt,
                              "instead of 8");
        REQUIRE_THROWS_SAYING(scalar_from_bytes(LeafKind::floating, Bytes(n)), Corrupt,
                              "kind float");
        REQUIRE_THROWS_SAYING(scalar_from_bytes(LeafKind::boolean, Bytes(n)), Corrupt,
                              "instead of 1");
        REQUIRE_THROWS_SAYING(scalar_from_bytes(LeafKind::complex, Bytes(n)), Corrupt,
                              "instead of 16");
    }
    REQUIRE_THROWS_SAYING(scalar_from_bytes(LeafKind::boolean, raw({2})), Corrupt,
                          "neither 0 nor 1");
    REQUIRE_THROWS_SAYING(scalar_from_bytes(LeafKind::string, raw({0xC0, 0x80})), Corrupt,
                          "not UTF-8");
    REQUIRE_THROWS_SAYING(scalar_from_bytes(LeafKind::tensor, raw({1})), InvalidArgument, "tensor");
}

}  // namespace
}  // namespace ckptlite::pytree
