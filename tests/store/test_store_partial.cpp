// SPDX-License-Identifier: MIT
#include "ckptlite/error.hpp"
#include "store/raw_sql.hpp"
#include "store/store_values.hpp"
#include "support/catch.hpp"
#include "support/temp_dir.hpp"
#include "support/throws.hpp"

namespace ckptlite::test {
namespace {

Tree model() {
    return Dict{
        {"params", Dict{{"dense_0", Dict{{"bias", weights(1, 8)}, {"kernel", weights(2, 8, 8)}}},
                        {"dense_1", Dict{{"kernel", weights(3, 8, 8)}}}}},
        {"opt", Tuple{{weights(4, 3), "adam", List{{}}}}}};
}

/// 3,000,000 bytes in rows of 12: three chunks, whose borders lie within rows.
Tree large() {
    return Dict{{"table", weights(5, 500'000, 3)}};
}

void check_rows(const Tensor& rows, const Tensor& whole, std::int64_t first, std::int64_t count) {
    const auto row_bytes = whole.bytes().size() / static_cast<std::size_t>(whole.shape()[0]);
    CHECK(rows.dtype() == whole.dtype());
    CHECK(rows.shape() == Shape{count, whole.shape()[1]});
    const auto expected = whole.bytes().subspan(static_cast<std::size_t>(first) * row_bytes,
                                                static_cast<std::size_t>(count) * row_bytes);
    CHECK(std::equal(expected.begin(), expected.end(), rows.bytes().begin(), rows.bytes().end()));
}

TEST_CASE("a part of a tree is loaded by a pattern", "[store]") {
    const TempDir dir;
    Store store(dir / "run.db");
    const Tree whole = model();
    const auto saved = store.save(whole, {});
    const Tree kernels = store.load(saved, "/params/*/kernel");
    CHECK(kernels == Dict{{"params", Dict{{"dense_0", Dict{{"kernel", weights(2, 8, 8)}}},
                                          {"dense_1", Dict{{"kernel", weights(3, 8, 8)}}}}}});
    CHECK(store.load(saved, "/params/**") == Dict{{"params", whole.at("/params")}});
    CHECK(store.load(saved, "/**/bias").at("/params/dense_0/bias") == Tree(weights(1, 8)));
    CHECK(store.load(saved, "/opt/1") == Dict{{"opt", Tuple{{None{}, "adam", None{}}}}});
    CHECK(store.load(saved, "/**").at("/params") == whole.at("/params"));
    REQUIRE_THROWS_SAYING(store.load(saved, "/params/*/scale"), NotFound, "/params/*/scale");
}

TEST_CASE("one leaf is loaded by its path", "[store]") {
    const TempDir dir;
    Store store(dir / "run.db");
    const auto saved = store.save(model(), {.run = "r", .step = 4});
    CHECK(store.leaf(saved, "/params/dense_1/kernel") == Tree(weights(3, 8, 8)));
    CHECK(store.leaf(saved, "/opt/1") == Tree("adam"));
}

TEST_CASE("a leaf that is not there is answered with the nearest path", "[store]") {
    const TempDir dir;
    Store store(dir / "run.db");
    const auto saved = store.save(model(), {.run = "r", .step = 4});
    REQUIRE_THROWS_SAYING(store.leaf(saved, "/params/dense_0/kernal"), NotFound,
                          "/params/dense_0/kernel");
    REQUIRE_THROWS_SAYING(store.slice(saved, "/param/dense_0/bias", 0, 1), NotFound,
                          "/params/dense_0/bias");
    CHECK_THROWS_AS(store.leaf(saved, "/params"), NotFound);
    const auto empty = store.save(Dict{}, {.prefix = "empty"});
    CHECK_THROWS_AS(store.leaf(empty, "/a"), NotFound);
}

TEST_CASE("a slice has the rows asked for, within a chunk and across chunks", "[store]") {
    for (const auto compression : {Compression::planes, Compression::zlib, Compression::none}) {
        const TempDir dir;
        Store store(dir / "run.db", {.compression = compression});
        const Tree tree = large();
        const Tensor& whole = tree.at("/table").tensor();
        const auto saved = store.save(tree, {});
        REQUIRE(RawSql(dir / "run.db").count("chunk") == 3);
        const std::pair<std::int64_t, std::int64_t> parts[] = {
            {0, 1},       {100, 50}, {174'762, 1}, {174'761, 3}, {160'000, 200'000},
            {499'999, 1}, {5, 0},    {500'000, 0}, {0, 500'000}};
        for (const auto& [first, count] : parts) {
            CAPTURE(first, count);
            check_rows(store.slice(saved, "/table", first, count), whole, first, count);
        }
    }
}

TEST_CASE("a slice of a small leaf kept in its row has the rows asked for", "[store]") {
    const TempDir dir;
    Store store(dir / "run.db");
    const Tensor whole = weights(1, 20, 4);
    const auto saved = store.save(Dict{{"w", whole}}, {});
    for (std::int64_t first = 0; first < 20; first += 7) {
        check_rows(store.slice(saved, "/w", first, 20 - first), whole, first, 20 - first);
    }
}

TEST_CASE("a slice reads only the chunks it needs", "[store]") {
    const TempDir dir;
    Store store(dir / "run.db");
    const auto saved = store.save(large(), {});
    RawSql(dir / "run.db").run("UPDATE chunk SET data = zeroblob(length(data)) WHERE id = 2");
    CHECK(store.slice(saved, "/table", 0, 160'000).shape() == Shape{160'000, 3});
    CHECK(store.slice(saved, "/table", 360'000, 140'000).shape() == Shape{140'000, 3});
    REQUIRE_THROWS_SAYING(store.slice(saved, "/table", 174'762, 1), Corrupt, "/table");
    REQUIRE_THROWS_SAYING(store.load(saved), Corrupt, "/table");
    CHECK(!store.verify(true).ok());
}

TEST_CASE("rows outside the tensor, and leaves without rows, cannot be sliced", "[store]") {
    const TempDir dir;
    Store store(dir / "run.db");
    const auto saved =
        store.save(Dict{{"w", weights(1, 4, 2)}, {"n", 3}, {"s", Tensor::own<float>({1}, {})}}, {});
    constexpr auto kHuge = std::numeric_limits<std::int64_t>::max();
    CHECK_THROWS_AS(store.slice(saved, "/w", 0, 5), InvalidArgument);
    CHECK_THROWS_AS(store.slice(saved, "/w", 5, 0), InvalidArgument);
    CHECK_THROWS_AS(store.slice(saved, "/w", -1, 1), InvalidArgument);
    CHECK_THROWS_AS(store.slice(saved, "/w", 1, -1), InvalidArgument);
    CHECK_THROWS_AS(store.slice(saved, "/w", 2, kHuge), InvalidArgument);
    CHECK_THROWS_AS(store.slice(saved, "/n", 0, 1), InvalidArgument);
    CHECK_THROWS_AS(store.slice(saved, "/s", 0, 1), InvalidArgument);
}

TEST_CASE("leaves are listed in tree order without their data", "[store]") {
    const TempDir dir;
    Store store(dir / "run.db");
    const auto saved = store.save(large(), {});
    RawSql(dir / "run.db").run("UPDATE chunk SET data = zeroblob(1)");
    const auto leaves = store.leaves(saved);
    REQUIRE(leaves.size() == 1);
    CHECK(leaves[0].shape == Shape{500'000, 3});
    const auto listed = store.leaves(store.save(model(), {.step = 1}));
    std::string paths;
    for (const LeafInfo& leaf : listed) paths += leaf.path + " ";
    CHECK(paths ==
          "/opt/0 /opt/1 /params/dense_0/bias /params/dense_0/kernel "
          "/params/dense_1/kernel ");
    CHECK(listed[1].kind == "string");
    CHECK(!listed[1].dtype);
}

}  // namespace
}  // namespace ckptlite::test
