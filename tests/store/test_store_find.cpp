// SPDX-License-Identifier: MIT
#include <limits>

#include "ckptlite/error.hpp"
#include "store/store_values.hpp"
#include "support/catch.hpp"
#include "support/temp_dir.hpp"
#include "support/throws.hpp"

namespace ckptlite::test {
namespace {

/// Steps 100, 200 and 300 of two runs; "b" is the better one.
Store two_runs(const TempDir& dir) {
    Store store(dir / "run.db");
    for (std::int64_t step = 100; step <= 300; step += 100) {
        const double loss = 0.01 * static_cast<double>(std::abs(step - 200));
        save_step(store, step, {.run = "a", .metrics = {{"eval", {{"loss", 2 + loss}}}}});
        save_step(store, step,
                  {.run = "b", .metrics = {{"eval", {{"loss", 1 + loss}, {"gain", loss}}}}});
    }
    return store;
}

TEST_CASE("a selector finds a checkpoint of all runs or of one", "[store]") {
    const TempDir dir;
    const Store store = two_runs(dir);
    CHECK(store.find("latest").step == 300);
    CHECK(store.find("latest").run == "b");
    CHECK(store.find("a@latest").run == "a");
    CHECK(store.find("100").run == "b");
    CHECK(store.find("a@100").step == 100);
    CHECK(store.find("step:200", {.run = "a"}).run == "a");
    CHECK(store.find("lowest:eval/loss").step == 200);
    CHECK(store.find("lowest:eval/loss").run == "b");
    CHECK(store.find("a@lowest:eval/loss").run == "a");
    CHECK(store.find("highest:eval/loss").run == "a");
    const CheckpointInfo by_id = store.find("id:3");
    CHECK((by_id.run == "a" && by_id.step == 200));
}

TEST_CASE("the best is what the series of a best-writer or the label says", "[store]") {
    const TempDir dir;
    Store store = two_runs(dir);
    CHECK(store.find("best:eval/loss").step == 200);
    REQUIRE_THROWS_SAYING(store.find("best:eval/gain"), InvalidArgument, "highest:eval/gain");
    save_step(store, 300,
              {.run = "b", .prefix = "highest:eval/gain", .metrics = {{"eval", {{"gain", 5.0}}}}});
    CHECK(store.find("best:eval/gain").prefix == "highest:eval/gain");
    CHECK(store.find("best:eval/gain", {.prefix = "checkpoint"}).step == 300);
    REQUIRE_THROWS_SAYING(store.find("a@best:eval/gain"), NotFound, "there are: eval/loss");
}

TEST_CASE("what is not there is answered with what is", "[store]") {
    const TempDir dir;
    const Store store = two_runs(dir);
    REQUIRE_THROWS_SAYING(store.find("101"), NotFound, "the nearest steps are 200 and 100");
    REQUIRE_THROWS_SAYING(store.find("7"), NotFound, "the nearest step is 100");
    REQUIRE_THROWS_SAYING(store.find("b@999"), NotFound, "the nearest step is 300");
    REQUIRE_THROWS_SAYING(store.find("bb@latest"), NotFound, "there are: b, a");
    REQUIRE_THROWS_SAYING(store.find("100", {.step = 200}), InvalidArgument, "two different steps");
    CHECK(store.find("100", {.step = 100}).step == 100);
    REQUIRE_THROWS_SAYING(store.find("id:99"), NotFound, "the id 99");
    REQUIRE_THROWS_SAYING(store.find("a@id:2"), NotFound, "is of run 'b'");
    REQUIRE_THROWS_SAYING(store.find("lowest:eval/los"), NotFound, "there are: eval/loss");
    REQUIRE_THROWS_SAYING(store.find("latest", {.prefix = "x"}), NotFound, "there are: checkpoint");
    REQUIRE_THROWS_SAYING(store.find("a@latest", {.run = "b"}), InvalidArgument, "two runs");
    const Store empty(dir / "empty.db");
    REQUIRE_THROWS_SAYING(empty.find("latest"), NotFound, "there is none");
    REQUIRE_THROWS_SAYING(empty.find("1"), NotFound, "there is none");
    REQUIRE_THROWS_SAYING(empty.find("best:eval/loss"), NotFound, "none reports any metric");
}

TEST_CASE("a run whose name reads as a selector is found by the value", "[store]") {
    const TempDir dir;
    Store store(dir / "run.db");
    save_step(store, 7, {.run = "lowest:eval/loss"});
    CHECK(store.find(Selector{.run = "lowest:eval/loss"}).step == 7);
    REQUIRE_THROWS_SAYING(store.find("lowest:eval/loss@latest"), NotFound, "reports any metric");
}

TEST_CASE("a metric that is only ever NaN is not found", "[store]") {
    const TempDir dir;
    Store store(dir / "run.db");
    save_step(store, 1, {.metrics = loss_of(std::numeric_limits<double>::quiet_NaN())});
    REQUIRE_THROWS_SAYING(store.find("lowest:eval/loss"), NotFound, "only NaN");
}

}  // namespace
}  // namespace ckptlite::test
