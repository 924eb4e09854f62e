// SPDX-License-Identifier: MIT
#include "store/known_chunks.hpp"

#include "store/raw_sql.hpp"
#include "store/store_values.hpp"
#include "support/catch.hpp"
#include "support/temp_dir.hpp"

namespace ckptlite::test {
namespace {

constexpr std::size_t kChunk = 2 << 20;
constexpr std::size_t kLeaves =
    20;  // a chunk each: more than the 16 MiB that one transaction takes

/// `changed` of its leaves are other ones than those of layers(0).
Tree layers(std::size_t changed, std::size_t n = kLeaves) {
    Dict tree;
    for (std::size_t i = 0; i < n; ++i) {
        const std::size_t seed = i < changed ? 1'000 * changed + i : i;
        tree["layer_" + std::to_string(i)] = weights(seed, kChunk / sizeof(float));
    }
    return tree;
}

/// One leaf of 20 chunks, the elements from `first` on different ones.
Tree table(std::size_t first) {
    std::mt19937_64 random(1);
    std::vector<float> values(kLeaves * kChunk / sizeof(float));
    for (float& value : values) value = static_cast<float>(random() >> 40);
    for (std::size_t i = first; i < values.size(); ++i) values[i] += 1.0F;
    const auto n = static_cast<std::int64_t>(values.size());
    return Dict{{"table", Tensor::own(std::move(values), {n})}, {"first", std::to_string(first)}};
}

void check_stored(const Store& store, std::int64_t trees, std::int64_t chunks) {
    RawSql raw(store.file());
    CHECK(raw.count("tree") == trees);
    CHECK(raw.count("chunk") == chunks);
    CHECK(store.verify(true).ok());
}

TEST_CASE("an unchanged tree is not stored again, whatever its size", "[store]") {
    for (const std::size_t n : {std::size_t{3}, kLeaves}) {
        CAPTURE(n);
        const TempDir dir;
        Store store(dir / "run.db");
        const Tree tree = layers(0, n);
        store.save(tree, {.step = 1});
        const auto size = std::filesystem::file_size(store.file());
        const auto again = store.save(tree, {.step = 2});
        check_stored(store, 1, static_cast<std::int64_t>(n));
        CHECK(store.checkpoints().size() == 2);
        CHECK(std::filesystem::file_size(store.file()) < size + 16 * 4'096);
        CHECK(store.load(again) == tree);
    }
}

TEST_CASE("an unchanged tree is known by another store and another run, too", "[store]") {
    const TempDir dir;
    const Tree tree = layers(0);
    Store(dir / "run.db").save(tree, {.run = "a"});
    Store store(dir / "run.db", {.compression = Compression::none});
    const auto saved = store.save(tree, {.run = "b"});
    check_stored(store, 1, kLeaves);
    CHECK(store.load(saved) == tree);
}

TEST_CASE("of a tree that changed in a tenth of its leaves, that tenth is stored", "[store]") {
    for (const std::size_t n : {std::size_t{10}, kLeaves}) {
        CAPTURE(n);
        const TempDir dir;
        Store store(dir / "run.db");
        store.save(layers(0, n), {.step = 1});
        const Tree changed = layers(n / 10, n);
        const auto saved = store.save(changed, {.step = 2});
        check_stored(store, 2, static_cast<std::int64_t>(n + n / 10));
        CHECK(store.load(saved) == changed);
    }
}

TEST_CASE("of a leaf that changed at its end, only the chunks there are stored", "[store]") {
    const TempDir dir;
    Store store(dir / "run.db");
    store.save(table(kLeaves * kChunk / sizeof(float)), {.step = 1});
    const Tree changed = table((18 * kChunk + 400) / sizeof(float));
    const auto saved = store.save(changed, {.step = 2});
    check_stored(store, 2, kLeaves + 2);
    CHECK(store.load(saved) == changed);
}

TEST_CASE("equal chunks of one new tree are stored once", "[store]") {
    const TempDir dir;
    Store store(dir / "run.db");
    const Tree tree = Dict{{"zeros", Tensor::own(std::vector<float>(20 << 18), {20 << 18})},
                           {"more", Tensor::own(std::vector<float>(4 << 18), {4 << 18})}};
    const auto saved = store.save(tree, {});
    check_stored(store, 1, 1);
    CHECK(store.load(saved) == tree);
}

TEST_CASE("a chunk that went with its checkpoint is stored anew", "[store]") {
    const TempDir dir;
    Store store(dir / "run.db");
    const Tree tree = layers(0);
    store.remove(store.save(tree, {.step = 1}));
    check_stored(store, 0, 0);
    CHECK(store.load(store.save(tree, {.step = 2})) == tree);
    check_stored(store, 1, kLeaves);
}

}  // namespace
}  // namespace ckptlite::test
