// SPDX-License-Identifier: MIT
#include <string>
#include <vector>

#include "base/digest.hpp"
#include "format/rows.hpp"
#include "support/catch.hpp"

namespace ckptlite::format {
namespace {

using namespace std::string_literals;

constexpr std::string_view kStructure = R"({"dict":[["w","*"]]})";

LeafRow w() {
    return {.path = "/w", .kind = "tensor", .dtype = "float32", .shape = "[32]"};
}

/// The tensor of the worked example in docs/FORMAT.md.
std::vector<std::byte> example() {
    std::vector<std::byte> bytes(128);
    for (std::uint32_t i = 0; i < 32; ++i)
        store_le(bytes.data() + 4 * i, (i < 16 ? 0x3F80'0000U : 0x3F00'0000U) + i);
    return bytes;
}

Digest inline_digest(const LeafRow& leaf, ByteView bytes) {
    LeafDigester digester(leaf);
    digester.add_inline(bytes);
    return digester.finish();
}

Digest chunked_digest(const LeafRow& leaf, const std::vector<Digest>& chunks) {
    LeafDigester digester(leaf);
    for (const Digest& chunk : chunks) digester.add_chunk(chunk);
    return digester.finish();
}

std::string hex(const Digest& digest) {
    std::string text;
    for (const std::byte byte : digest) {
        constexpr std::string_view kDigits = "0123456789abcdef";
        text += kDigits[std::to_integer<std::size_t>(byte >> 4)];
        text += kDigits[std::to_integer<std::size_t>(byte & std::byte{15})];
    }
    return text;
}

TEST_CASE("digests are those of the example in docs/FORMAT.md", "[format]") {
    const auto bytes = example();
    const Digest chunk = digest_of(bytes);
    CHECK(hex(chunk) == "b54be47eb59b13b0286a080f6cf7a483");
    CHECK(hex(inline_digest(w(), bytes)) == "bd5c85c14d89c8c4535f42f96f929c1f");
    CHECK(hex(chunked_digest(w(), {chunk})) == "9db29ac13c2cd06f808b248a9de4c8c3");

    TreeDigester tree{std::string(kStructure)};
    tree.add_leaf(inline_digest(w(), bytes));
    CHECK(hex(tree.finish()) == "1b9127270e8852bfb915e1365abfd435");
}

TEST_CASE("a leaf's digest is over its path, type and bytes, each ended by NUL", "[format]") {
    const auto bytes = example();
    std::string all = "/w\0tensor\0float32\0[32]\0"s;
    for (const std::byte byte : bytes) all += static_cast<char>(byte);
    CHECK(inline_digest(w(), bytes) == digest_of(as_bytes(all)));

    const LeafRow scalar{.path = "/n", .kind = "string"};
    CHECK(inline_digest(scalar, as_bytes("hi")) == digest_of(as_bytes("/n\0string\0\0\0hi"s)));
}

TEST_CASE("a leaf's digest changes with each of its parts", "[format]") {
    const Digest original = inline_digest(w(), example());
    for (std::string LeafRow::*part :
         {&LeafRow::path, &LeafRow::kind, &LeafRow::dtype, &LeafRow::shape}) {
        LeafRow changed = w();
        changed.*part += "x";
        CHECK(inline_digest(changed, example()) != original);
    }
    auto bytes = example();
    bytes.back() ^= std::byte{1};
    CHECK(inline_digest(w(), bytes) != original);
}

TEST_CASE("text that moves from one part to the next changes the digest", "[format]") {
    const LeafRow a{.path = "/a", .kind = "bint"};
    const LeafRow b{.path = "/ab", .kind = "int"};
    CHECK(inline_digest(a, {}) != inline_digest(b, {}));
}

TEST_CASE("a leaf's digest knows the order and number of its chunks", "[format]") {
    const Digest one = digest_of(as_bytes("one"));
    const Digest two = digest_of(as_bytes("two"));
    CHECK(chunked_digest(w(), {one, two}) != chunked_digest(w(), {two, one}));
    CHECK(chunked_digest(w(), {one, one}) != chunked_digest(w(), {one}));
}

TEST_CASE("a tree's digest knows its structure and the order of its leaves", "[format]") {
    const auto tree = [](const std::string& structure, const std::vector<Digest>& leaves) {
        TreeDigester digester(structure);
        for (const Digest& leaf : leaves) digester.add_leaf(leaf);
        return digester.finish();
    };
    const Digest one = digest_of(as_bytes("one"));
    const Digest two = digest_of(as_bytes("two"));
    const std::string list = R"({"list":["*","*"]})";
    CHECK(tree(list, {one, two}) == tree(list, {one, two}));
    CHECK(tree(list, {one, two}) != tree(list, {two, one}));
    CHECK(tree(list, {one, two}) != tree(R"({"tuple":["*","*"]})", {one, two}));
    CHECK(tree("null", {}) == digest_of(as_bytes("null\0"s)));
}

}  // namespace
}  // namespace ckptlite::format
