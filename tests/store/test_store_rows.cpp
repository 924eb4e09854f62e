// SPDX-License-Identifier: MIT
#include "ckptlite/error.hpp"
#include "store/store_values.hpp"
#include "support/catch.hpp"
#include "support/temp_dir.hpp"
#include "support/throws.hpp"

namespace ckptlite::test {
namespace {

using Steps = std::vector<std::int64_t>;

TEST_CASE("without overwrite a save refuses its own and older steps", "[store]") {
    const TempDir dir;
    Store store(dir / "run.db");
    save_step(store, 5);
    REQUIRE_THROWS_SAYING(save_step(store, 5), AlreadyExists, "step 5");
    REQUIRE_THROWS_SAYING(save_step(store, 4), AlreadyExists, "step 5");
    CHECK(save_step(store, 4, {.prefix = "other"}).step == 4);
    CHECK(save_step(store, 4, {.run = "other"}).step == 4);
    CHECK(save_step(store, 6).step == 6);
    CHECK(steps_of(store.checkpoints({.run = "default", .prefix = "checkpoint"})) == Steps{6, 5});
}

TEST_CASE("with overwrite a save replaces its step and removes later ones", "[store]") {
    const TempDir dir;
    Store store(dir / "run.db");
    for (std::int64_t step = 1; step <= 5; ++step) save_step(store, step);
    save_step(store, 4, {.prefix = "other"});
    const auto saved = store.save("new", {.step = 3, .overwrite = true});
    CHECK(steps_of(store.checkpoints({.prefix = "checkpoint"})) == Steps{3, 2, 1});
    CHECK(store.load(saved) == Tree("new"));
    CHECK(store.latest({.prefix = "other"})->step == 4);
    CHECK(store.verify(true).ok());
}

TEST_CASE("an overwritten step keeps its pin", "[store]") {
    const TempDir dir;
    Store store(dir / "run.db");
    save_step(store, 1, {.pinned = true});
    CHECK(save_step(store, 1, {.overwrite = true}).pinned);
    save_step(store, 2, {.retention = {.last = 1}});
    CHECK(steps_of(store.checkpoints()) == Steps{2, 1});
}

TEST_CASE("a later step that is pinned stops an overwrite and stays", "[store]") {
    const TempDir dir;
    Store store(dir / "run.db");
    for (std::int64_t step = 1; step <= 4; ++step) save_step(store, step, {.pinned = step == 3});
    REQUIRE_THROWS_SAYING(save_step(store, 2, {.overwrite = true}), AlreadyExists, "step 3");
    CHECK(steps_of(store.checkpoints()) == Steps{4, 3, 2, 1});
    CHECK(save_step(store, 3, {.overwrite = true}).pinned);
    CHECK(steps_of(store.checkpoints()) == Steps{3, 2, 1});
}

TEST_CASE("retention in a save deletes what no rule wants, of its run and prefix only", "[store]") {
    const TempDir dir;
    Store store(dir / "run.db");
    save_step(store, 1, {.run = "other"});
    save_step(store, 1, {.prefix = "other"});
    const SaveOptions keep_two{.retention = {.last = 2}};
    for (std::int64_t step = 1; step <= 5; ++step) save_step(store, step, keep_two);
    CHECK(steps_of(store.checkpoints({.run = "default", .prefix = "checkpoint"})) == Steps{5, 4});
    CHECK(store.checkpoints({.run = "other"}).size() == 1);
    CHECK(store.checkpoints({.prefix = "other"}).size() == 1);
}

TEST_CASE("a plan says what retain then does", "[store]") {
    const TempDir dir;
    Store store(dir / "run.db");
    for (std::int64_t step = 1; step <= 6; ++step) {
        save_step(store, step, {.metrics = loss_of(step == 2 ? 0.1 : 0.5), .pinned = step == 1});
    }
    const RetentionPolicy policy{.last = 2, .best = {{kLoss, Best::lowest, 1}}};
    const auto plan = store.plan(policy, "default", "checkpoint");
    CHECK(store.checkpoints().size() == 6);
    const auto done = store.retain(policy, "default", "checkpoint");
    REQUIRE(plan.size() == 6);
    REQUIRE(done.size() == 6);
    for (std::size_t i = 0; i < plan.size(); ++i) {
        CHECK(plan[i].id == done[i].id);
        CHECK(plan[i].reason == done[i].reason);
    }
    CHECK(steps_of(store.checkpoints()) == Steps{6, 5, 2, 1});
    CHECK(store.plan(policy, "nobody", "checkpoint").empty());
}

TEST_CASE("pins and notes are kept, and can be changed", "[store]") {
    const TempDir dir;
    const auto file = dir / "run.db";
    {
        Store store(file);
        const auto saved = save_step(store, 1);
        store.pin(saved);
        store.set_note(saved, "the one in the paper, „größer“");
    }
    Store store(file);
    const CheckpointInfo found = *store.latest();
    CHECK(found.pinned);
    CHECK(found.note == "the one in the paper, „größer“");
    store.pin(found, false);
    CHECK(!store.latest()->pinned);
}

TEST_CASE("a checkpoint that was removed is NotFound, whoever still has its info", "[store]") {
    const TempDir dir;
    Store store(dir / "run.db");
    const auto saved = save_step(store, 7, {.run = "r"});
    store.remove(saved);
    CHECK(!store.latest());
    REQUIRE_THROWS_SAYING(store.load(saved), NotFound, "not stored any more");
    CHECK_THROWS_AS(store.leaf(saved, "/w"), NotFound);
    CHECK_THROWS_AS(store.leaves(saved), NotFound);
    CHECK_THROWS_AS(store.pin(saved), NotFound);
    CHECK_THROWS_AS(store.set_note(saved, "x"), NotFound);
    CHECK_THROWS_AS(store.remove(saved), NotFound);
    CHECK(save_step(store, 7, {.run = "r"}).id > saved.id);  // ids are never reused
}

TEST_CASE("runs have a config, a parent and an end", "[store]") {
    const TempDir dir;
    Store store(dir / "run.db");
    const RunInfo first = store.start_run("first", R"({"lr": 0.1})");
    const RunInfo second = store.start_run("second", "{}", "first", 300);
    CHECK(first.config == R"({"lr": 0.1})");
    CHECK(first.uuid.size() == 36);
    CHECK(first.uuid != second.uuid);
    CHECK(second.parent_run == "first");
    CHECK(second.parent_step == 300);
    CHECK(first.finished_at.empty());
    store.finish_run("first");
    CHECK(!store.runs().at(0).finished_at.empty());
    CHECK(store.runs().at(1).finished_at.empty());
    CHECK(store.start_run("first", "{}").finished_at.empty());  // it goes on
    CHECK(store.runs().size() == 2);
}

TEST_CASE("another parent of a run has no step of the one before", "[store]") {
    const TempDir dir;
    Store store(dir / "run.db");
    store.start_run("a");
    store.start_run("b");
    CHECK(store.start_run("c", "{}", "a", 100).parent_step == 100);
    CHECK(store.start_run("c").parent_step == 100);
    CHECK(store.start_run("c", "{}", {}, 200).parent_run == "a");
    const RunInfo moved = store.start_run("c", "{}", "b");
    CHECK(moved.parent_run == "b");
    CHECK(moved.parent_step == std::nullopt);
}

TEST_CASE("a run is not forked from itself, nor from what was forked from it", "[store]") {
    const TempDir dir;
    Store store(dir / "run.db");
    store.start_run("a");
    store.start_run("b", "{}", "a", 1);
    store.start_run("c", "{}", "b", 2);
    for (const char* const parent : {"a", "b", "c"}) {
        REQUIRE_THROWS_SAYING(store.start_run("a", "{}", parent), InvalidArgument,
                              "cannot be its parent");
    }
    CHECK(store.runs().front().parent_run.empty());
    CHECK(store.start_run("c", "{}", "a", 1).parent_run == "a");
}

TEST_CASE("runs refuse what they cannot hold", "[store]") {
    const TempDir dir;
    Store store(dir / "run.db");
    CHECK_THROWS_AS(store.start_run("a", "{}", "nobody", 1), NotFound);
    CHECK_THROWS_AS(store.start_run("a", "not JSON"), InvalidArgument);
    CHECK_THROWS_AS(store.start_run(""), InvalidArgument);
    CHECK_THROWS_AS(store.finish_run("nobody"), NotFound);
    CHECK(store.runs().empty());
}

}  // namespace
}  // namespace ckptlite::test
