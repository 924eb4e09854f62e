// SPDX-License-Identifier: MIT
// What a merge makes of runs, checkpoints, values and tags that several files have.
#include <cmath>

#include "ckptlite/error.hpp"
#include "store/merge_folder.hpp"
#include "support/throws.hpp"

namespace ckptlite::test {
namespace {

TEST_CASE("another run of the same name is told apart by its UUID", "[store]") {
    Folder folder;
    const auto a = folder.store("a.db", "r", {1});
    const auto b = folder.store("b.db", "r", {2});
    const MergeReport report = folder.merge({a, b});
    const std::string name = "r~" + run_of(b, "r").uuid.substr(0, 8);
    CHECK(notes_of(report).find("b.db: is now '" + name + "'") != std::string::npos);
    CHECK(folder.steps("r") == Steps{1});
    CHECK(folder.steps(name) == Steps{2});
    folder.store("b.db", "r", {3});
    CHECK(folder.merge({b}).checkpoints == 1);  // known by its UUID, it keeps that name
    CHECK(folder.steps(name) == Steps{3, 2});
}

TEST_CASE("checkpoints with other metrics are a conflict, with the same NaN none", "[store]") {
    Folder folder;
    const auto a = folder.store("a.db", "r", {1});
    const auto b = folder.copy(a, "b.db");
    for (const auto& file : {a, b}) {
        Store(file).save(state_at(2), {.run = "r", .step = 2, .metrics = loss_of(std::nan(""))});
    }
    CHECK(folder.merge({a, b}).checkpoints == 2);
    Store(a).save(state_at(3), {.run = "r", .step = 3, .metrics = loss_of(1)});
    Store(b).save(state_at(3), {.run = "r", .step = 3, .metrics = loss_of(2)});
    REQUIRE_THROWS_SAYING(folder.merge({a, b}), AlreadyExists, "different metrics");
}

TEST_CASE("a pin and a note of either file stay", "[store]") {
    Folder folder;
    const auto a = folder.store("a.db", "r", {1, 2});
    const auto b = folder.copy(a, "b.db");
    {
        Store store(b);
        for (const CheckpointInfo& checkpoint : store.checkpoints()) store.pin(checkpoint);
        store.set_note(store.checkpoints({.step = 2})[0], "from b");
    }
    folder.merge({a});
    CHECK(folder.merge({b}).updated == 2);
    CHECK(folder.merge({a}).nothing_new());
    const Store out(folder.out);
    require_sound(out);
    CHECK(out.latest()->pinned);
    CHECK(out.latest()->note == "from b");
}

TEST_CASE("tags of all files are in one, and none is taken from its checkpoint", "[store]") {
    Folder folder;
    const auto a = folder.store("a.db", "r", {1, 2});
    const auto b = folder.copy(a, "b.db");
    {
        Store store(a);
        store.tag(*store.latest(), "good");
    }
    {
        Store store(b);
        store.tag(*store.latest(), "better");
        store.tag(store.checkpoints({.step = 1})[0], "good");
        store.tag(store.checkpoints({.step = 1})[0], "first");
    }
    const MergeReport report = folder.merge({a, b});
    CHECK(notes_of(report).find("tag 'good': in " + fs::canonical(b).string() +
                                " it names run 'r'") != std::string::npos);
    {
        const Store out(folder.out);
        require_sound(out);
        CHECK(out.latest()->tags == std::vector<std::string>{"better", "good"});
        CHECK(out.checkpoints({.step = 1})[0].tags == std::vector<std::string>{"first"});
    }
    CHECK(folder.merge({b}).nothing_new());
    Store(b).tag(*Store(b).latest(), "late");
    CHECK(folder.merge({b}).updated == 1);
    CHECK(Store(folder.out).latest()->tags.size() == 3);
    require_sound(folder.out);
}

TEST_CASE("of two values of the history the one reported later stands", "[store]") {
    Folder folder;
    const auto a = folder.store("a.db", "r", {});
    {
        Store store(a);
        store.log(1, loss_of(1), "r");
        store.log(2, loss_of(1), "r");
    }
    const auto b = folder.copy(a, "b.db");
    RawSql(a).run(
        "UPDATE metric SET at = '2001-01-01T00:00:00.000Z' WHERE step = 1;"
        "DROP TABLE run_digest; PRAGMA user_version = 1001");
    RawSql(b).run(
        "UPDATE metric SET value = 5; UPDATE metric SET"
        " at = '2001-01-01T00:00:00.000Z' WHERE step = 2;"
        "DROP TABLE run_digest; PRAGMA user_version = 1001");
    CHECK(folder.merge({a, b}).metrics == 3);
    const Store out(folder.out);
    require_sound(out);
    const auto history = out.history(kLoss, "r");
    REQUIRE(history.size() == 2);
    CHECK(history[0].value == 5);
    CHECK(history[1].value == 1);
}

TEST_CASE("of a run in two files config and end are those of where it was active last", "[store]") {
    for (const bool other_first : {false, true}) {
        CAPTURE(other_first);
        Folder folder;
        const auto a = folder.store("a.db", "r", {1});
        const auto b = folder.copy(a, "b.db");
        Store(a).start_run("r", R"({"lr": 1})");
        {
            Store store(b);
            store.start_run("r", R"({"lr": 2})");
            store.log(9, loss_of(1), "r");
            store.finish_run("r");
        }
        RawSql(a).run(
            "UPDATE metric SET at = '2001-01-01T00:00:00.000Z';"
            "UPDATE checkpoint SET created_at = '2001-01-01T00:00:00.000Z';"
            "UPDATE run SET created_at = '2001-01-01T00:00:00.000Z';"
            "DROP TABLE run_digest; PRAGMA user_version = 1001");
        const MergeReport report = folder.merge(other_first ? Files{b, a} : Files{a, b});
        CHECK(notes_of(report).find("that of " + fs::canonical(b).string() + " stands") !=
              std::string::npos);
        CHECK(run_of(folder.out, "r").config == R"({"lr": 2})");
        CHECK(!run_of(folder.out, "r").finished_at.empty());
        CHECK(folder.merge({a}).nothing_new());
        require_sound(folder.out);
    }
}

TEST_CASE("a source that agrees counts by when it was active", "[store]") {
    Folder folder;
    const auto a = folder.store("a.db", "r", {1});
    const auto b = folder.copy(a, "b.db");
    const auto c = folder.copy(a, "c.db");
    Store(b).start_run("r", R"({"lr": 2})");
    Store(b).log(9, loss_of(1), "r");
    Store(c).log(9, loss_of(2), "r");  // later, with the config of `a`
    folder.merge({a, c, b});
    CHECK(run_of(folder.out, "r").config == "{}");
    require_sound(folder.out);
}

TEST_CASE("lineage is kept, by whatever name the parent has now", "[store]") {
    Folder folder;
    const auto a = folder.store("a.db", "base", {1});
    const auto b = folder.store("b.db", "base", {2});
    Store(b).start_run("tuned", "{}", "base", 2);
    folder.merge({a, b});
    const RunInfo tuned = run_of(folder.out, "tuned");
    CHECK(tuned.parent_run == "base~" + run_of(b, "base").uuid.substr(0, 8));
    CHECK(tuned.parent_step == 2);
    require_sound(folder.out);
}

}  // namespace
}  // namespace ckptlite::test
