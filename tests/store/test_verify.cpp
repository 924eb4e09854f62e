// SPDX-License-Identifier: MIT
// What a full verification finds besides damaged trees.
#include <algorithm>
#include <array>

#include "ckptlite/error.hpp"
#include "ckptlite/merge.hpp"
#include "store/sound_store.hpp"
#include "store/store_values.hpp"
#include "support/temp_dir.hpp"

namespace ckptlite::test {
namespace {

void fill(Store& store) {
    store.start_run("first", R"({"lr": 0.1})");
    for (std::int64_t step = 1; step <= 3; ++step) {
        store.save(state_at(step), {.run = "first", .step = step, .metrics = loss_of(0.5)});
    }
    store.save(Dict{{"text", std::string(100'000, 'x')}, {"n", 7}}, {.run = "first", .step = 4});
    store.finish_run("first");
}

struct Change {
    const char* sql;
    const char* words;  ///< in `where: what` of a problem
};

const Change kChanges[] = {
    {"UPDATE run SET name = CAST(x'ff' AS TEXT)", "not UTF-8 text"},
    {"UPDATE run SET uuid = 'x' || substr(uuid, 2)", "is not a UUID"},
    {"UPDATE run SET config = '[1]'", "run 'first': a run's config must be a JSON object"},
    {"UPDATE run SET created_at = '2026-01-31'", "run 'first': '2026-01-31' is not a time"},
    {"UPDATE run SET finished_at = '2026'", "'2026' is not a time"},
    {"UPDATE checkpoint SET prefix = '' WHERE step = 2", "the prefix has no name"},
    {"UPDATE checkpoint SET created_at = 'x' WHERE step = 2", "step 2: 'x' is not a time"},
    {"UPDATE checkpoint SET metrics = '{' WHERE step = 2", "checkpoint 2: the metrics"},
    {"UPDATE checkpoint SET metrics = '{\"a/b\": {}}' WHERE step = 2", "contains '/'"},
    {"UPDATE metric SET at = 'never' WHERE step = 2", "metric eval/loss of run 1, step 2: 'never'"},
    {"UPDATE metric SET metric = '' WHERE step = 2", "the metric has no name"},
    {"UPDATE metric SET metric_group = 'a/b' WHERE step = 2", "contains '/'"},
    {"INSERT INTO metric VALUES (9, 'a', 'b', 1, 1, '2026-01-31T12:00:00.000Z')",
     "metric refers to a missing row of run"},
    {"INSERT INTO chunk VALUES (99, zeroblob(16), 'raw', 1, x'00')", "chunk 99: "},
    {"INSERT INTO chunk VALUES (99, zeroblob(16), 'lzma', 1, x'00')", "unknown codec 'lzma'"},
    {"INSERT INTO tree VALUES (99, 0, 0, 0, zeroblob(16), NULL, 'null')",
     "tree 99: no checkpoint has it"},
    {"UPDATE leaf SET tree_id = 99 WHERE id = 1", "leaf refers to a missing row of tree"},
    {"UPDATE tree SET stored_nbytes = stored_nbytes + 1 WHERE id = 2", "step 2: the tree's number"},
    {"UPDATE leaf SET mean = 1 WHERE path = '/text'", "leaf /text: its statistics"},
    {"UPDATE leaf SET nbytes = 7 WHERE path = '/n'", "leaf /n: "},
    {"UPDATE sqlite_sequence SET seq = 1 WHERE name = 'checkpoint'", "table checkpoint: "},
    {"DELETE FROM checkpoint_metric WHERE step = 2", "step 2: its rows of checkpoint_metric"},
    {"UPDATE checkpoint SET tree_id = 99 WHERE step = 2", "its run or its tree is missing"},
};

TEST_CASE("a version older than the tables is reported, and hides no tags", "[store]") {
    const TempDir dir;
    {
        Store store(dir / "run.db");
        store.tag(save_step(store, 1), "release");
    }
    const auto verify = [&](bool full) {
        return Store(dir / "run.db", {.mode = OpenMode::read_only}).verify(full);
    };
    const auto tags = [&] {
        return Store(dir / "run.db", {.mode = OpenMode::read_only}).tags().size();
    };
    for (const int version : {1000, 1001, 1002}) {
        RawSql(dir / "run.db").run("PRAGMA user_version = " + std::to_string(version));
        for (const bool full : {false, true}) {
            const VerifyReport report = verify(full);
            CAPTURE(version, full);
            REQUIRE(report.problems.size() == 1);
            CHECK(report.problems.front().what.find("older format") != std::string::npos);
        }
        CHECK(tags() == 1);
    }
    // As FORMAT.md tells people who change rows by hand; the next writer brings it up to date.
    RawSql(dir / "run.db").run("DROP TABLE run_digest; PRAGMA user_version = 1001");
    CHECK(verify(true).ok());
    CHECK(tags() == 1);
    merge(dir / "merged.db", std::array{dir / "run.db"});
    CHECK(Store(dir / "merged.db").find("tag:release").step == 1);
    CHECK(Store(dir / "run.db").find("tag:release").step == 1);
    CHECK(verify(true).ok());
}

TEST_CASE("another table of the name of the tags is none of an older file", "[store]") {
    const TempDir dir;
    {
        Store store(dir / "run.db");
        save_step(store, 1);
    }
    RawSql raw(dir / "run.db");
    raw.run("DROP TABLE run_digest; DROP TABLE checkpoint_tag; PRAGMA user_version = 1001");
    raw.run("CREATE TABLE checkpoint_tag(mine)");
    const Store store(dir / "run.db", {.mode = OpenMode::read_only});
    CHECK(store.checkpoints().size() == 1);
    CHECK(store.tags().empty());
}

TEST_CASE("a full verification finds each value that is not as the format says", "[store]") {
    for (const Change& change : kChanges) {
        CAPTURE(change.sql);
        const TempDir dir;
        Store store(dir / "run.db");
        fill(store);
        require_sound(store);
        RawSql(store.file()).run(std::string("PRAGMA foreign_keys = OFF;") + change.sql);
        const VerifyReport report = store.verify(true);
        CAPTURE(lines_of(report));
        CHECK(lines_of(report).find(change.words) != std::string::npos);
    }
}

TEST_CASE("chunks of a tree that nobody sees are checked, since saves take them over", "[store]") {
    const TempDir dir;
    Store store(dir / "run.db");
    fill(store);
    RawSql raw(store.file());
    raw.run("DELETE FROM checkpoint_metric WHERE step = 2");
    raw.run("DELETE FROM checkpoint WHERE step = 2");
    raw.run("UPDATE tree SET staged_by = '{\"retired\": true}' WHERE id = 2");
    raw.run("DELETE FROM run_digest WHERE kind IN ('checkpoint', 'tree') AND id = 2");
    require_sound(store);
    raw.run(
        "UPDATE chunk SET data = zeroblob(length(data)) WHERE id = (SELECT min(chunk_id) FROM"
        " leaf_chunk JOIN leaf ON leaf.id = leaf_id WHERE tree_id = 2)");
    const VerifyReport report = store.verify(true);
    REQUIRE(report.problems.size() == 1);
    CHECK(report.problems[0].where.starts_with("chunk "));
}

TEST_CASE("who changes one column of a damaged row does not vouch for the others", "[store]") {
    const TempDir dir;
    Store store(dir / "run.db");
    fill(store);
    RawSql(store.file())
        .run("UPDATE checkpoint SET loss = 7 WHERE step = 2; UPDATE run SET config = '{}'");
    const auto problems = [&] { return store.verify(true).problems.size(); };
    CHECK(problems() == 2);
    store.pin(store.find("first@2"), true);
    store.set_note(store.find("first@2"), "mine");
    store.finish_run("first");
    CHECK(problems() == 2);
    store.pin(store.find("first@3"), true);
    CHECK(problems() == 2);
}

TEST_CASE("one checkpoint that cannot be read does not hide the others", "[store]") {
    const TempDir dir;
    Store store(dir / "run.db");
    fill(store);
    RawSql raw(store.file());
    raw.run("UPDATE checkpoint SET metrics = '{' WHERE step = 3");
    raw.run("UPDATE leaf SET digest = zeroblob(16) WHERE tree_id = 1 AND path = '/kernel'");
    const VerifyReport report = store.verify();
    CHECK(lines_of(report).find("checkpoint 3: ") != std::string::npos);
    CHECK(lines_of(report).find("step 1, leaf /kernel: ") != std::string::npos);
    CHECK(report.checkpoints == 4);
}

TEST_CASE("progress grows to its total, and what it throws ends a verification", "[store]") {
    struct Stop {};
    const TempDir dir;
    Store store(dir / "run.db");
    fill(store);
    std::vector<std::uint64_t> done;
    Progress last;
    store.verify(true, [&](const Progress& progress) {
        done.push_back(progress.done);
        last = progress;
    });
    CHECK(done.size() > 6);
    CHECK(std::is_sorted(done.begin(), done.end()));
    CHECK(last.done == last.total);
    CHECK_THROWS_AS(store.verify(true, [](const Progress&) { throw Stop(); }), Stop);
    require_sound(store);
}

TEST_CASE("a string that lies in chunks is checked to be text", "[store]") {
    const TempDir dir;
    Store store(dir / "run.db");
    // Characters of each length, so that some lie across the end of a chunk.
    std::string text;
    while (text.size() < 5'000'000) text += "a\u00e9\u20ac\U0001f600";
    const auto saved = store.save(Dict{{"text", text}}, {.step = 1});
    require_sound(store);
    CHECK(store.load(saved) == Tree(Dict{{"text", text}}));
}

}  // namespace
}  // namespace ckptlite::test
