// SPDX-License-Identifier: MIT
#include <cmath>
#include <limits>

#include "ckptlite/error.hpp"
#include "store/store_values.hpp"
#include "support/catch.hpp"
#include "support/temp_dir.hpp"
#include "support/throws.hpp"

namespace ckptlite::test {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kInf = std::numeric_limits<double>::infinity();

void save_pair(Store& store, std::int64_t step, double a, double b, SaveOptions options = {}) {
    options.step = step;
    store.save(Dict{{"a", Tensor::own(std::vector<double>{1, a}, {2})}, {"b", b}}, options);
}

TEST_CASE("the first step of each run and leaf that is not finite is found", "[store]") {
    const TempDir dir;
    Store store(dir / "run.db");
    save_pair(store, 1, 0, 0, {.run = "x"});
    save_pair(store, 2, kNan, 0, {.run = "x"});
    save_pair(store, 3, kNan, -kInf, {.run = "x"});
    save_pair(store, 1, 0, kInf, {.run = "y", .prefix = "p"});
    const auto found = store.non_finite().leaves;
    REQUIRE(found.size() == 3);
    CHECK((found[0].run == "x" && found[0].step == 2 && found[0].path == "/a"));
    CHECK((found[0].nan_count == 1 && found[0].inf_count == 0));
    CHECK((found[1].step == 3 && found[1].path == "/b" && found[1].inf_count == 1));
    CHECK((found[2].run == "y" && found[2].prefix == "p" && found[2].step == 1));
    CHECK(store.non_finite({.run = "x"}).leaves.size() == 2);
    CHECK(store.non_finite({.prefix = "p"}).leaves.size() == 1);
    CHECK(store.non_finite({.run = "x", .step = 3}).leaves.size() == 2);
}

TEST_CASE("the first value of each metric that is not finite is found", "[store]") {
    const TempDir dir;
    Store store(dir / "run.db");
    store.log(1, {{"train", {{"loss", 1.0}, {"gain", 1.0}}}}, "x");
    store.log(2, {{"train", {{"loss", kNan}, {"gain", -kInf}}}}, "x");
    store.log(3, {{"train", {{"loss", kInf}, {"gain", kNan}}}}, "x");
    store.log(1, {{"train", {{"loss", 2.0}}}}, "y");
    store.flush();
    const auto found = store.non_finite().metrics;
    REQUIRE(found.size() == 2);
    CHECK((found[0].metric.text() == "train/gain" && found[0].value == -kInf));
    CHECK((found[1].run == "x" && found[1].step == 2 && std::isnan(found[1].value)));
    CHECK(store.non_finite({.run = "y"}).metrics.empty());
    CHECK(store.non_finite().leaves.empty());
}

TEST_CASE("leaves are listed by a pattern", "[store]") {
    const TempDir dir;
    Store store(dir / "run.db");
    save_pair(store, 1, 0, 0);
    const auto latest = store.find("latest");
    CHECK(store.leaves(latest, "/**").size() == 2);
    const auto found = store.leaves(latest, "/a*");
    REQUIRE(found.size() == 1);
    CHECK(found[0].path == "/a");
    REQUIRE_THROWS_SAYING(store.leaves(latest, "/c"), NotFound, "there are: /a, /b");
    REQUIRE_THROWS_SAYING(store.leaves(latest, "c"), InvalidArgument, "/");
}

}  // namespace
}  // namespace ckptlite::test
