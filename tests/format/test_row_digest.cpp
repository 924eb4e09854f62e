// SPDX-License-Identifier: MIT
#include "format/row_digest.hpp"

#include <random>

#include "support/catch.hpp"

namespace ckptlite::format {
namespace {

/// On disk: what docs/FORMAT.md says of each value.
TEST_CASE("the digest of a row is over its values as the format says", "[format]") {
    using namespace std::string_literals;
    const auto digest = [](const std::string& bytes) { return digest_of(as_bytes(bytes)); };
    RowDigester row;
    CHECK(row.add(std::nullopt).finish() == digest("N"));
    CHECK(row.add(std::int64_t{-2}).finish() == digest("I\xfe\xff\xff\xff\xff\xff\xff\xff"));
    CHECK(row.add(1.0).finish() == digest("R\0\0\0\0\0\0\xf0\x3f"s));
    CHECK(row.add(std::string_view("ab")).finish() == digest("T\x02\0\0\0\0\0\0\0ab"s));
    CHECK(row.add(as_bytes("ab")).finish() == digest("B\x02\0\0\0\0\0\0\0ab"s));
    CHECK(row.add(std::int64_t{7}).add(std::nullopt).add(std::string_view()).finish() ==
          digest("I\x07\0\0\0\0\0\0\0NT\0\0\0\0\0\0\0\0"s));
    CHECK(row.finish() == digest(""));
}

TEST_CASE("values that SQLite may change to each other have one digest", "[format]") {
    CHECK(RowDigester().add(-0.0).finish() == RowDigester().add(0.0).finish());
    CHECK(RowDigester().add(0.0).finish() != RowDigester().add(std::int64_t{0}).finish());
}

TEST_CASE("texts that share their bytes differently have other digests", "[format]") {
    const auto pair = [](std::string_view a, std::string_view b) {
        return RowDigester().add(a).add(b).finish();
    };
    CHECK(pair("ab", "c") != pair("a", "bc"));
    CHECK(pair("ab", "") != pair("", "ab"));
}

TEST_CASE("a set's digest is the sum of its rows', in any order", "[format]") {
    std::mt19937_64 random(11);
    std::vector<SetDigest> rows;
    for (std::int64_t i = 0; i < 100; ++i) {
        rows.emplace_back(metric_row_digest(i % 3, "g", "m", i, 0.5, "t"));
    }
    SetDigest sum;
    for (const SetDigest& row : rows) sum.add(row);
    std::ranges::shuffle(rows, random);
    SetDigest other;
    for (const SetDigest& row : rows) other.add(row);
    CHECK(other.digest() == sum.digest());
    std::ranges::shuffle(rows, random);
    for (const SetDigest& row : rows) other.subtract(row);
    CHECK(other.digest() == Digest{});
}

TEST_CASE("the digest of a tag is over its two columns", "[format]") {
    CHECK(tag_row_digest("release", 7) ==
          RowDigester().add(std::string_view("release")).add(std::int64_t{7}).finish());
}

TEST_CASE("a set's digest is a big-endian number of 128 bits that wraps around", "[format]") {
    Digest one{};
    one.back() = std::byte{1};
    Digest most;
    most.fill(std::byte{0xFF});
    Digest low{};
    for (std::size_t i = 8; i < 16; ++i) low[i] = std::byte{0xFF};
    SetDigest sum{low};
    sum.add(SetDigest(one));
    Digest carried{};
    carried[7] = std::byte{1};
    CHECK(sum.digest() == carried);
    sum.subtract(SetDigest(one));
    CHECK(sum.digest() == low);
    SetDigest none;
    none.subtract(SetDigest(one));
    CHECK(none.digest() == most);
    none.add(SetDigest(one));
    CHECK(none.digest() == Digest{});
}

TEST_CASE("a row of metric and its NULL have other digests", "[format]") {
    const auto of = [](std::optional<double> value) {
        return metric_row_digest(1, "g", "m", 2, value, "t");
    };
    CHECK(of(std::nullopt) != of(0.0));
    CHECK(of(1.0) == RowDigester()
                         .add(std::int64_t{1})
                         .add(std::string_view("g"))
                         .add(std::string_view("m"))
                         .add(std::int64_t{2})
                         .add(1.0)
                         .add(std::string_view("t"))
                         .finish());
}

TEST_CASE("each column of a leaf's row counts", "[format]") {
    const LeafRow leaf{.id = 3,
                       .path = "/w",
                       .kind = "tensor",
                       .dtype = "int8",
                       .shape = "[2]",
                       .nbytes = 2,
                       .stored_nbytes = 2,
                       .statistics = {.min = 1, .max = 2}};
    const auto of = [&](auto change) {
        LeafRow changed = leaf;
        change(changed);
        TreeRowsDigester digester;
        digester.add_leaf(9, changed);
        return digester.finish({.id = 9, .n_leaves = 1, .nbytes = 2, .stored_nbytes = 2});
    };
    const Digest whole = of([](LeafRow&) {});
    CHECK(of([](LeafRow& row) { row.id = 4; }) != whole);
    CHECK(of([](LeafRow& row) { row.path = "/v"; }) != whole);
    CHECK(of([](LeafRow& row) { row.kind = "bytes"; }) != whole);
    CHECK(of([](LeafRow& row) { row.dtype = "uint8"; }) != whole);
    CHECK(of([](LeafRow& row) { row.shape = "[1]"; }) != whole);
    CHECK(of([](LeafRow& row) { row.nbytes = 1; }) != whole);
    CHECK(of([](LeafRow& row) { row.stored_nbytes = 1; }) != whole);
    CHECK(of([](LeafRow& row) { row.statistics.min = 0; }) != whole);
    CHECK(of([](LeafRow& row) { row.statistics.max = std::nullopt; }) != whole);
    CHECK(of([](LeafRow& row) { row.statistics.mean = 1.5; }) != whole);
    CHECK(of([](LeafRow& row) { row.statistics.norm = 1.5; }) != whole);
    CHECK(of([](LeafRow& row) { row.statistics.nan_count = 1; }) != whole);
    CHECK(of([](LeafRow& row) { row.statistics.inf_count = 1; }) != whole);
    CHECK(of([](LeafRow& row) { row.digest[0] = std::byte{1}; }) != whole);
}

}  // namespace
}  // namespace ckptlite::format
