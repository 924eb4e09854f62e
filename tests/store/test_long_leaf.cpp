// SPDX-License-Identifier: MIT
#include <algorithm>

#include "store/raw_sql.hpp"
#include "store/store_values.hpp"
#include "support/catch.hpp"
#include "support/peak_memory.hpp"
#include "support/temp_dir.hpp"

namespace ckptlite::test {
namespace {

constexpr std::size_t kElements = 325'000'000;  // 1.3e9 bytes: more than SQLite's largest BLOB
constexpr std::size_t kMostExtra = 256ULL << 20;

/// Different in every chunk, about as compressible as weights are.
float element(std::size_t i) {
    const auto mixed = static_cast<std::uint32_t>((i * 0x9E3779B97F4A7C15ULL) >> 44);
    return (static_cast<float>(mixed) - 524'288.0F) * 1e-7F;
}

std::vector<float> elements() {
    std::vector<float> values(kElements);
    for (std::size_t i = 0; i < kElements; ++i) values[i] = element(i);
    return values;
}

TEST_CASE("a leaf of 1.3e9 bytes is saved in little memory and comes back", "[store][long]") {
    const TempDir dir;
    {
        const Tree tree = Dict{{"w", Tensor::own(elements(), {kElements / 1000, 1000})}};
        Store store(dir / "run.db");
        const std::size_t extra = peak_extra([&] { store.save(tree, {}); });
        CAPTURE(extra);
        CHECK(extra > 0);
        CHECK(extra < kMostExtra);
    }
    const Store store(dir / "run.db", {.mode = OpenMode::read_only});
    Tree loaded;
    const std::size_t extra = peak_extra([&] { loaded = store.load(*store.latest()); });
    CAPTURE(extra);
    CHECK(extra >= kElements * sizeof(float));
    CHECK(extra < kElements * sizeof(float) + kMostExtra);
    const auto values = loaded.at("/w").tensor().as<float>();
    std::size_t same = 0;
    for (std::size_t i = 0; i < kElements; ++i) same += values[i] == element(i) ? 1 : 0;
    CHECK(same == kElements);
    const Tensor slice = store.slice(*store.latest(), "/w", 300'000, 1);
    CHECK(slice.as<float>()[7] == element(300'000'007));
}

}  // namespace
}  // namespace ckptlite::test
