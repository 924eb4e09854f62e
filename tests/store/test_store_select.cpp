// SPDX-License-Identifier: MIT
#include <cmath>
#include <limits>

#include "ckptlite/error.hpp"
#include "store/store_values.hpp"
#include "support/catch.hpp"
#include "support/temp_dir.hpp"

namespace ckptlite::test {
namespace {

using Steps = std::vector<std::int64_t>;
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kInf = std::numeric_limits<double>::infinity();

Steps best_steps(const Store& store, Best best, std::size_t n,
                 const CheckpointFilter& filter = {}) {
    return steps_of(store.best(kLoss, best, n, filter));
}

TEST_CASE("an empty store has no latest and no best checkpoint", "[store]") {
    const TempDir dir;
    const Store store(dir / "run.db");
    CHECK(!store.latest());
    CHECK(store.checkpoints().empty());
    CHECK(store.best(kLoss, Best::lowest).empty());
    CHECK(store.runs().empty());
}

TEST_CASE("the latest checkpoint has the highest step, not the newest row", "[store]") {
    const TempDir dir;
    Store store(dir / "run.db");
    save_step(store, 9, {.prefix = "a"});
    save_step(store, 5, {.prefix = "b"});
    save_step(store, -3, {.run = "other"});
    CHECK(store.latest()->step == 9);
    CHECK(store.latest({.prefix = "b"})->step == 5);
    CHECK(store.latest({.run = "other"})->step == -3);
    CHECK(!store.latest({.run = "other", .prefix = "a"}));
    CHECK(!store.latest({.prefix = "A"}));
    CHECK(store.latest({.step = 5})->prefix == "b");
    CHECK(steps_of(store.checkpoints()) == Steps{9, 5, -3});
    CHECK(steps_of(store.checkpoints({.run = "default"})) == Steps{9, 5});
}

TEST_CASE("a limit keeps the checkpoints with the highest steps", "[store]") {
    const TempDir dir;
    Store store(dir / "run.db");
    for (const std::int64_t step : {1, 2, 3}) save_step(store, step);
    CHECK(steps_of(store.checkpoints({}, 2)) == Steps{3, 2});
    CHECK(store.checkpoints({}, 0).empty());
    CHECK(store.checkpoints().size() == 3);
}

TEST_CASE("prefixes and runs match exactly, never as a pattern", "[store]") {
    const TempDir dir;
    Store store(dir / "run.db");
    save_step(store, 1, {.prefix = "loss"});
    save_step(store, 2, {.prefix = "loss_aux"});
    save_step(store, 3, {.prefix = "l%"});
    CHECK(steps_of(store.checkpoints({.prefix = "loss"})) == Steps{1});
    CHECK(steps_of(store.checkpoints({.prefix = "l%"})) == Steps{3});
    CHECK(steps_of(store.checkpoints({.prefix = "l*"})).empty());
}

TEST_CASE("equal steps of several prefixes come newest first", "[store]") {
    const TempDir dir;
    Store store(dir / "run.db");
    const auto a = save_step(store, 4, {.prefix = "a"});
    const auto b = save_step(store, 4, {.prefix = "b"});
    const auto found = store.checkpoints();
    REQUIRE(found.size() == 2);
    CHECK(found[0].id == b.id);
    CHECK(found[1].id == a.id);
}

TEST_CASE("the best checkpoints are ranked with ties to the later step", "[store]") {
    const TempDir dir;
    Store store(dir / "run.db");
    const double losses[] = {0.5, 0.25, 0.25, 0.75, 0.0};
    for (std::int64_t step = 0; step < 5; ++step) {
        save_step(store, step, {.metrics = loss_of(losses[step])});
    }
    CHECK(best_steps(store, Best::lowest, 1) == Steps{4});
    CHECK(best_steps(store, Best::lowest, 3) == Steps{4, 2, 1});
    CHECK(best_steps(store, Best::highest, 2) == Steps{3, 0});
    CHECK(best_steps(store, Best::highest, 99) == Steps{3, 0, 2, 1, 4});
    CHECK(best_steps(store, Best::lowest, 0).empty());
}

TEST_CASE("NaN and missing values are never the best", "[store]") {
    const TempDir dir;
    Store store(dir / "run.db");
    save_step(store, 1, {.metrics = loss_of(kNan)});
    save_step(store, 2);
    save_step(store, 3, {.metrics = {{"train", {{"loss", -1}}}, {"eval", {{"loss_aux", -1}}}}});
    CHECK(best_steps(store, Best::lowest, 9).empty());
    save_step(store, 4, {.metrics = loss_of(0.5)});
    CHECK(best_steps(store, Best::lowest, 9) == Steps{4});
    CHECK(best_steps(store, Best::highest, 9) == Steps{4});
    CHECK(std::isnan(store.latest({.step = 1})->metrics["eval"]["loss"]));
}

TEST_CASE("infinities compete for the best as numbers", "[store]") {
    const TempDir dir;
    Store store(dir / "run.db");
    const double losses[] = {kInf, 1e308, -kInf, kInf};
    for (std::int64_t step = 0; step < 4; ++step) {
        save_step(store, step, {.metrics = loss_of(losses[step])});
    }
    CHECK(best_steps(store, Best::lowest, 9) == Steps{2, 1, 3, 0});
    CHECK(best_steps(store, Best::highest, 9) == Steps{3, 0, 1, 2});
    CHECK(store.best(kLoss, Best::highest).at(0).metrics == loss_of(kInf));
}

TEST_CASE("the best checkpoint can be asked for by run and prefix", "[store]") {
    const TempDir dir;
    Store store(dir / "run.db");
    save_step(store, 1, {.run = "a", .prefix = "p", .metrics = loss_of(3)});
    save_step(store, 2, {.run = "a", .prefix = "q", .metrics = loss_of(2)});
    save_step(store, 3, {.run = "b", .prefix = "p", .metrics = loss_of(1)});
    CHECK(best_steps(store, Best::lowest, 1) == Steps{3});
    CHECK(best_steps(store, Best::lowest, 1, {.run = "a"}) == Steps{2});
    CHECK(best_steps(store, Best::lowest, 1, {.run = "a", .prefix = "p"}) == Steps{1});
}

TEST_CASE("metrics with awkward names are found by exactly these names", "[store]") {
    const TempDir dir;
    Store store(dir / "run.db");
    const std::string names[] = {"a.b", "$", "\"quoted\"", "loss/aux", "per%cent", "größe", "[0]"};
    std::int64_t step = 0;
    for (const std::string& name : names)
        save_step(store, ++step, {.metrics = {{name == "loss/aux" ? "g" : name, {{name, 1.0}}}}});
    step = 0;
    for (const std::string& name : names) {
        CAPTURE(name);
        const std::string group = name == "loss/aux" ? "g" : name;
        CHECK(steps_of(store.best({group, name}, Best::lowest, 9)) == Steps{++step});
        CHECK(store.history({group, name}).size() == 1);
    }
}

}  // namespace
}  // namespace ckptlite::test
