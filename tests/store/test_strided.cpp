// SPDX-License-Identifier: MIT
#include <algorithm>
#include <numeric>

#include "ckptlite/error.hpp"
#include "store/raw_sql.hpp"
#include "store/store_values.hpp"
#include "support/catch.hpp"
#include "support/peak_memory.hpp"
#include "support/random_view.hpp"
#include "support/sanitized.hpp"
#include "support/seed.hpp"
#include "support/temp_dir.hpp"
#include "support/throws.hpp"
#include "tree/strided_copy.hpp"

namespace ckptlite::test {
namespace {

#ifdef CKPTLITE_SANITIZED
constexpr std::size_t kMostExtra = 1ULL << 30;  // a sanitizer keeps freed memory
#else
constexpr std::size_t kMostExtra = 160ULL << 20;
#endif

constexpr const char* kLeafRows =
    "SELECT hex(digest) || ' ' || coalesce(min, '') || ' ' || coalesce(max, '') || ' ' ||"
    " coalesce(mean, '') || ' ' || coalesce(norm, '') || ' ' || coalesce(nan_count, '')"
    " FROM leaf ORDER BY tree_id, path";

std::vector<RandomView> random_views(std::mt19937_64& random, int n, std::size_t size,
                                     bool repeats) {
    std::vector<RandomView> views;
    for (int i = 0; i < n; ++i) {
        const DType dtype = all_dtypes()[random() % all_dtypes().size()];
        views.push_back(random_view(random, dtype, size, repeats));
    }
    return views;
}

Dict tree_of(const std::vector<RandomView>& views) {
    Dict tree;
    for (std::size_t i = 0; i < views.size(); ++i)
        tree["v" + std::to_string(i)] = views[i].tensor();
    return tree;
}

TEST_CASE("a save of strided tensors is that of their copies in C order", "[store]") {
    const std::uint64_t seed = test_seed();
    CAPTURE(seed);
    std::mt19937_64 random(seed);
    auto views = random_views(random, 60, 2'000, true);
    for (RandomView& large : random_views(random, 6, 3'000'000, true))
        views.push_back(std::move(large));
    const Dict strided = tree_of(views);
    Dict copies;
    for (const DictEntry& entry : strided) copies[entry.key] = entry.value.tensor().contiguous();
    for (const auto compression : {Compression::planes, Compression::none}) {
        const TempDir dir;
        Store store(dir / "run.db", {.compression = compression});
        const auto saved = store.save(strided, {.step = 1});
        CHECK(store.load(saved) == Tree(copies));
        Store other(dir / "other.db", {.compression = compression});
        other.save(copies, {.step = 1});
        RawSql sql(dir / "run.db");
        CHECK(sql.column(kLeafRows, 0) == RawSql(dir / "other.db").column(kLeafRows, 0));
        const auto chunks = sql.count("chunk");
        store.save(copies, {.step = 2});
        CHECK(sql.count("chunk") == chunks);
        CHECK(sql.count("tree") == 1);
        CHECK(store.verify(true).ok());
    }
}

TEST_CASE("strided leaves that changed in part are measured whole", "[store]") {
    std::vector<float> memory(2'000'000);
    std::iota(memory.begin(), memory.end(), 0.0F);
    const Tree tree = Dict{{"w", Tensor::borrow(memory.data(), {2000, 1000}, {1, 2000})}};
    const TempDir dir;
    Store store(dir / "run.db");
    store.save(tree, {.step = 1});
    memory.back() = -5.0F;  // in the last chunk only
    const auto saved = store.save(tree, {.step = 2});
    const auto statistics = store.leaves(saved).front().statistics;
    CHECK(statistics.min == -5.0);
    CHECK(statistics.max == 1'999'998.0);
    CHECK(RawSql(dir / "run.db").count("chunk") == 5);
}

TEST_CASE("load_into fills memory with strides, and nothing between the elements", "[store]") {
    const std::uint64_t seed = test_seed();
    CAPTURE(seed);
    std::mt19937_64 random(seed);
    auto views = random_views(random, 60, 2'000, false);
    for (RandomView& large : random_views(random, 6, 3'000'000, false))
        views.push_back(std::move(large));
    const TempDir dir;
    Store store(dir / "run.db");
    const auto saved = store.save(tree_of(views), {});
    auto targets = views;
    std::vector<TensorBuffer> buffers;
    for (std::size_t i = 0; i < targets.size(); ++i) {
        RandomView& to = targets[i];
        buffers.push_back(
            TensorBuffer::of("/v" + std::to_string(i), to.dtype, to.shape, to.strides, to.data()));
        pytree::scatter({itemsize(to.dtype), to.shape, to.strides}, to.data(), 0,
                        Bytes(to.c_order().size()));
    }
    store.load_into(saved, buffers);
    for (std::size_t i = 0; i < targets.size(); ++i) {
        CAPTURE(i, views[i].shape, views[i].strides);
        REQUIRE(targets[i].memory == views[i].memory);
    }
}

TEST_CASE("two leaves are loaded into the columns of one array", "[store]") {
    const TempDir dir;
    Store store(dir / "run.db");
    std::vector<double> x(400'000);
    std::iota(x.begin(), x.end(), 0.0);
    const std::vector<double> y(x.rbegin(), x.rend());
    const auto saved = store.save(
        Dict{{"x", Tensor::borrow(x, {400'000})}, {"y", Tensor::borrow(y, {400'000})}}, {});
    std::vector<double> both(800'000);
    const std::vector<TensorBuffer> buffers = {
        TensorBuffer::of("/x", both.data(), {400'000}, {2}),
        TensorBuffer::of("/y", &both[799'999], {400'000}, {-2})};
    store.load_into(saved, buffers);
    std::size_t same = 0;
    for (std::size_t i = 0; i < x.size(); ++i)
        same += (both[2 * i] == x[i] && both[2 * i + 1] == x[i]) ? 1U : 0U;
    CHECK(same == x.size());
}

TEST_CASE("buffers whose elements share memory do not fit, and nothing is written", "[store]") {
    const TempDir dir;
    Store store(dir / "run.db");
    const auto saved = store.save(Dict{{"a", weights(1, 4, 3)}, {"b", weights(2, 4, 3)}}, {});
    std::vector<float> memory(12, 7);
    const auto fine = TensorBuffer::of("/a", memory.data(), {4, 3}, {1, 4});
    const auto load = [&](TensorBuffer wrong) {
        const std::vector<TensorBuffer> buffers = {fine, std::move(wrong)};
        store.load_into(saved, buffers);
    };
    REQUIRE_THROWS_SAYING(load(TensorBuffer::of("/b", memory.data(), {4, 3}, {0, 1})), TypeError,
                          "/b: elements of the buffer share memory");
    REQUIRE_THROWS_SAYING(load(TensorBuffer::of("/b", memory.data(), {4, 3}, {1, 1})), TypeError,
                          "share memory");
    TensorBuffer short_one = fine;
    short_one.path = "/b";
    short_one.bytes = short_one.bytes.first(47);
    REQUIRE_THROWS_SAYING(load(short_one), TypeError, "47 bytes, not the 48");
    CHECK(memory == std::vector<float>(12, 7));
}

TEST_CASE("damage to a leaf that goes to memory with strides names it", "[store]") {
    const TempDir dir;
    Store store(dir / "run.db");
    const auto saved = store.save(Dict{{"w", weights(1, 2000, 1000)}}, {});
    RawSql(dir / "run.db").run("UPDATE chunk SET data = zeroblob(length(data)) WHERE id = 3");
    std::vector<float> memory(2'000'000);
    const std::vector<TensorBuffer> buffers = {
        TensorBuffer::of("/w", memory.data(), {2000, 1000}, {1, 2000})};
    REQUIRE_THROWS_SAYING(store.load_into(saved, buffers), Corrupt, "/w");
}

TEST_CASE("a transposed tensor is saved and filled in little memory", "[store]") {
    constexpr std::int64_t kRows = 8192;
    constexpr std::int64_t kColumns = 10'000;  // 312 MiB
    std::vector<float> memory(kRows * kColumns);
    for (std::size_t i = 0; i < memory.size(); ++i)
        memory[i] = static_cast<float>((i * 0x9E3779B97F4A7C15ULL) >> 44);
    const Tensor transposed = Tensor::borrow(memory.data(), {kColumns, kRows}, {1, kColumns});
    const TempDir dir;
    Store store(dir / "run.db");
    CheckpointInfo saved;
    const std::size_t saving = peak_extra([&] { saved = store.save(Dict{{"w", transposed}}, {}); });
    const std::vector<float> before = memory;
    std::ranges::fill(memory, 0.0F);
    const std::vector<TensorBuffer> buffers = {
        TensorBuffer::of("/w", memory.data(), {kColumns, kRows}, {1, kColumns})};
    const std::size_t loading = peak_extra([&] { store.load_into(saved, buffers); });
    CHECK(memory == before);
    CAPTURE(saving, loading);
    CHECK(saving < kMostExtra);
    CHECK(loading < kMostExtra);
}

}  // namespace
}  // namespace ckptlite::test
