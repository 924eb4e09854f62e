// SPDX-License-Identifier: MIT
#include "ckptlite/store.hpp"

#include <fstream>

#include "ckptlite/error.hpp"
#include "store/raw_sql.hpp"
#include "store/store_values.hpp"
#include "support/catch.hpp"
#include "support/random_tree.hpp"
#include "support/temp_dir.hpp"
#include "support/throws.hpp"

namespace ckptlite::test {
namespace {

constexpr Compression kCompressions[] = {Compression::planes, Compression::zlib, Compression::none};

std::string bytes_of(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

TEST_CASE("a store gives random trees back as they were, whatever the compression", "[store]") {
    for (const Compression compression : kCompressions) {
        const TempDir dir;
        Store store(dir / "run.db", {.compression = compression, .threads = 2});
        for (std::uint64_t seed = 0; seed < 8; ++seed) {
            CAPTURE(seed, static_cast<int>(compression));
            std::mt19937_64 random(seed);
            const Tree tree = random_tree(random);
            const auto step = static_cast<std::int64_t>(seed);
            CHECK(store.load(store.save(tree, {.step = step})) == tree);
        }
        const VerifyReport report = store.verify(true);
        CHECK(report.ok());
        CHECK(report.checkpoints == 8);
    }
}

TEST_CASE("a store gives every kind of node and leaf back after a restart", "[store]") {
    for (const Compression compression : kCompressions) {
        const TempDir dir;
        const Tree tree = tree_of_every_kind();
        Store(dir / "run.db", {.compression = compression}).save(tree, {});
        const Store store(dir / "run.db", {.mode = OpenMode::read_only});
        CHECK(store.load(*store.latest()) == tree);
        CHECK(store.verify(true).ok());
    }
}

TEST_CASE("a store gives large leaves of every dtype back", "[store]") {
    const TempDir dir;
    std::mt19937_64 random(7);
    Dict dict;
    for (const DType dtype : all_dtypes()) {
        // Over one chunk for the wide ones, and no multiple of anything.
        dict[std::string(dtype_name(dtype))] = random_tensor(random, dtype, {70'003, 3});
    }
    const Tree tree = dict;
    for (const Compression compression : kCompressions) {
        Store store(dir / "run.db", {.compression = compression});
        const auto saved = store.save(
            tree, {.run = std::to_string(static_cast<int>(compression)), .overwrite = true});
        CHECK(store.load(saved) == tree);
    }
    CHECK(Store(dir / "run.db").verify(true).ok());
}

TEST_CASE("a save says what it has stored", "[store]") {
    const TempDir dir;
    Store store(dir / "run.db");
    const auto saved = store.save(state_at(3), {.run = "r",
                                                .prefix = "p",
                                                .step = 3,
                                                .version = 2,
                                                .metrics = loss_of(0.5),
                                                .loss = 0.25,
                                                .n_completed_steps = 9,
                                                .elapsed_time = 1.5,
                                                .note = "n",
                                                .pinned = true});
    const CheckpointInfo found = *store.latest();
    CHECK(found.id == saved.id);
    CHECK(found.run + found.prefix + found.note == "rpn");
    CHECK(found.step == 3);
    CHECK(found.version == 2);
    CHECK(found.metrics == loss_of(0.5));
    CHECK(found.loss == 0.25);
    CHECK(found.n_completed_steps == 9);
    CHECK(found.elapsed_time == 1.5);
    CHECK(found.pinned);
    CHECK(found.n_leaves == 3);
    CHECK(found.nbytes == 2 * 312 * 16 * sizeof(float) + 8);
    CHECK(found.created_at.size() == std::string("2026-01-31T12:00:00.000Z").size());
}

TEST_CASE("what was not given to a save stays unknown", "[store]") {
    const TempDir dir;
    Store store(dir / "run.db");
    save_step(store, 1);
    const CheckpointInfo found = *store.latest();
    CHECK(!found.loss);
    CHECK(!found.n_completed_steps);
    CHECK(!found.elapsed_time);
    CHECK(found.metrics.empty());
    CHECK(found.run + "/" + found.prefix == "default/checkpoint");
}

TEST_CASE("a tree or options the format cannot hold leave the file as it was", "[store]") {
    const TempDir dir;
    Store store(dir / "run.db", {.threads = 2});
    save_step(store, 1);
    Tree deep = 1;
    for (int i = 0; i < 200; ++i) deep = List{{deep}};
    const std::string before = bytes_of(dir / "run.db");
    CHECK_THROWS_AS(store.save(deep, {.step = 2}), InvalidArgument);
    CHECK_THROWS_AS(store.save(Dict{{"\xff", 1}}, {.step = 2}), InvalidArgument);
    CHECK_THROWS_AS(store.save(1, {.run = "", .step = 2}), InvalidArgument);
    CHECK_THROWS_AS(store.save(1, {.prefix = "\xff", .step = 2}), InvalidArgument);
    CHECK_THROWS_AS(store.save(1, {.step = 2, .metrics = {{"a/b", {{"c", 1}}}}}), InvalidArgument);
    CHECK_THROWS_AS(store.save(1, {.step = 2, .retention = {.last = -1}}), InvalidArgument);
    CHECK(bytes_of(dir / "run.db") == before);
    CHECK(steps_of(store.checkpoints()) == std::vector<std::int64_t>{1});
}

TEST_CASE("equal trees are stored once and outlive each other's deletion", "[store]") {
    const TempDir dir;
    Store store(dir / "run.db");
    const auto first = store.save(state_at(1), {.step = 1});
    const auto second = store.save(state_at(1), {.prefix = "other", .step = 2});
    CHECK(first.tree_id == second.tree_id);
    CHECK(RawSql(dir / "run.db").count("tree") == 1);
    store.remove(first);
    CHECK(store.load(second) == state_at(1));
    store.remove(second);
    RawSql raw(dir / "run.db");
    for (const char* table : {"tree", "leaf", "chunk", "leaf_chunk"}) CHECK(raw.count(table) == 0);
}

TEST_CASE("unchanged chunks are stored once", "[store]") {
    const TempDir dir;
    Store store(dir / "run.db");
    const Tensor frozen = weights(1, 2 << 20);  // 8 MiB: four chunks
    store.save(Dict{{"frozen", frozen}, {"head", weights(2, 5000)}}, {.step = 1});
    const auto size = std::filesystem::file_size(dir / "run.db");
    RawSql raw(dir / "run.db");
    CHECK(raw.count("chunk") == 5);
    const Tree second = Dict{{"frozen", frozen}, {"head", weights(3, 5000)}};
    const auto saved = store.save(second, {.step = 2});
    CHECK(raw.count("chunk") == 6);
    CHECK(std::filesystem::file_size(dir / "run.db") < size + 200'000);
    CHECK(saved.stored_nbytes > 6'000'000);  // as if nothing were shared
    CHECK(store.load(saved) == second);
    store.remove(saved);
    CHECK(raw.count("chunk") == 5);
    CHECK(store.load(*store.latest()).at("/frozen").tensor() == frozen);
}

TEST_CASE("leaf statistics are those of the leaf", "[store]") {
    const TempDir dir;
    Store store(dir / "run.db");
    const float nan = std::numeric_limits<float>::quiet_NaN();
    const float inf = std::numeric_limits<float>::infinity();
    const Tree tree = Dict{{"w", Tensor::own<float>({3, nan, -4, inf, -inf, nan}, {2, 3})}};
    const LeafInfo leaf = store.leaves(store.save(tree, {})).at(0);
    CHECK(leaf.path == "/w");
    CHECK(leaf.kind == "tensor");
    CHECK(leaf.dtype == DType::float32);
    CHECK(leaf.shape == Shape{2, 3});
    CHECK(leaf.nbytes == 24);
    CHECK(leaf.statistics.min == -4);
    CHECK(leaf.statistics.max == 3);
    CHECK(leaf.statistics.mean == -0.5);
    CHECK(leaf.statistics.norm == 5);
    CHECK(leaf.statistics.nan_count == 2);
    CHECK(leaf.statistics.inf_count == 2);
}

}  // namespace
}  // namespace ckptlite::test
