// SPDX-License-Identifier: MIT
// Rows that are whole but stand where they do not belong: digests bind chunks to leaves, leaves to
// trees, and, for verify(), what a row says to the row.
#include "ckptlite/error.hpp"
#include "damage/damage_check.hpp"
#include "damage/reference_store.hpp"
#include "store/raw_sql.hpp"
#include "support/catch.hpp"
#include "support/temp_dir.hpp"

namespace ckptlite::test {
namespace {

/// SQL that swaps `column` of the rows `a` and `b` of a table with ids, past any UNIQUE.
std::string swapped(const std::string& table, const std::string& column, const std::string& a,
                    const std::string& b) {
    const std::string set = "UPDATE " + table + " SET " + column + " = ";
    const std::string of = "(SELECT value FROM temp.held WHERE which = ";
    return "CREATE TEMP TABLE held AS SELECT 'a' AS which, (SELECT " + column + " FROM " + table +
           " WHERE id = (" + a + ")) AS value UNION ALL SELECT 'b', (SELECT " + column + " FROM " +
           table + " WHERE id = (" + b + "));" +
           // The value of a row that is about to get another one must not be in its way.
           set + "CASE typeof(" + column + ") WHEN 'blob' THEN zeroblob(length(" + column +
           ")) WHEN 'text' THEN '-' ELSE " + column + " END WHERE id = (" + a + ");" + set + of +
           "'a') WHERE id = (" + b + ");" + set + of + "'b') WHERE id = (" + a +
           ");DROP TABLE temp.held;";
}

std::string tree_of(const char* run, int step) {
    return "SELECT tree_id FROM checkpoint JOIN run ON run.id = run_id WHERE run.name = '" +
           std::string(run) + "' AND prefix = 'checkpoint' AND step = " + std::to_string(step);
}
std::string leaf_at(int step, const char* path) {
    return "SELECT id FROM leaf WHERE tree_id = (" + tree_of("a", step) + ") AND path = '" + path +
           "'";
}
std::string chunk_of(int step, const char* path) {
    return "SELECT chunk_id FROM leaf_chunk WHERE leaf_id = (" + leaf_at(step, path) + ")";
}

/// What verify(full) and a load of every checkpoint say after `sql`.
struct Noticed {
    bool by_verify = false;
    bool by_load = false;
    bool other_tree = false;
};
Noticed noticed(const std::string& sql) {
    const TempDir dir;
    make_reference_store(dir / "run.db");
    const Original original(dir / "run.db");
    RawSql(dir / "run.db").run(sql);
    const DamageResult result = check_damage(dir / "run.db", original);
    UNSCOPED_INFO(result.what);
    Noticed found{.by_verify = result.kind == Damage::reported, .other_tree = result.other_tree};
    const Store store(dir / "run.db", {.mode = OpenMode::read_only});
    for (const auto& [id, tree] : original.trees) {
        CheckpointInfo checkpoint;
        checkpoint.id = id;
        try {
            static_cast<void>(store.load(checkpoint));
        } catch (const Corrupt&) {
            found.by_load = true;
        }
    }
    return found;
}

TEST_CASE("the bytes of two chunks changed places: load and verify notice", "[damage]") {
    const Noticed found = noticed(
        swapped("chunk", "data", chunk_of(2, "/params/kernel"), chunk_of(3, "/params/kernel")));
    CHECK(found.by_load);
    CHECK(found.by_verify);
    CHECK(!found.other_tree);
}

TEST_CASE("bytes and digests of two chunks changed places: load and verify notice", "[damage]") {
    const std::string a = chunk_of(2, "/params/kernel");
    const std::string b = chunk_of(3, "/params/kernel");
    const Noticed found =
        noticed(swapped("chunk", "data", a, b) + swapped("chunk", "nbytes", a, b) +
                swapped("chunk", "codec", a, b) + swapped("chunk", "digest", a, b));
    CHECK(found.by_load);
    CHECK(found.by_verify);
    CHECK(!found.other_tree);
}

TEST_CASE("two leaves point to each other's chunks: load and verify notice", "[damage]") {
    const Noticed found = noticed(
        "CREATE TEMP TABLE pair AS SELECT (" + leaf_at(2, "/params/kernel") + ") AS a, (" +
        leaf_at(3, "/params/kernel") + ") AS b;" +
        "UPDATE leaf_chunk SET leaf_id = CASE leaf_id WHEN (SELECT a FROM pair) THEN -1 ELSE -2 END"
        " WHERE leaf_id IN (SELECT a FROM pair UNION SELECT b FROM pair);"
        "UPDATE leaf_chunk SET leaf_id = (SELECT b FROM pair) WHERE leaf_id = -1;"
        "UPDATE leaf_chunk SET leaf_id = (SELECT a FROM pair) WHERE leaf_id = -2");
    CHECK(found.by_load);
    CHECK(found.by_verify);
    CHECK(!found.other_tree);
}

TEST_CASE("two chunks of a leaf in the other order: load and verify notice", "[damage]") {
    const Noticed found = noticed(
        "CREATE TEMP TABLE cut AS SELECT leaf_chunk.* FROM leaf_chunk JOIN leaf ON leaf.id = "
        "leaf_id"
        " WHERE tree_id = (" +
        tree_of("raw", 1) +
        ") ORDER BY first_byte LIMIT 2;"
        "DELETE FROM leaf_chunk WHERE (leaf_id, first_byte) IN (SELECT leaf_id, first_byte FROM "
        "cut);"
        "INSERT INTO leaf_chunk SELECT leaf_id, first_byte, (SELECT chunk_id FROM cut AS o WHERE"
        " o.first_byte <> cut.first_byte) FROM cut");
    CHECK(found.by_load);
    CHECK(found.by_verify);
    CHECK(!found.other_tree);
}

TEST_CASE("two leaves of two trees changed places whole: load and verify notice", "[damage]") {
    // Every column but id and tree_id: each leaf is right in itself, but of the other tree.
    const std::string a = leaf_at(2, "/step");
    const std::string b = leaf_at(3, "/step");
    const Noticed found = noticed(swapped("leaf", "data", a, b) + swapped("leaf", "digest", a, b) +
                                  swapped("leaf", "min", a, b) + swapped("leaf", "max", a, b) +
                                  swapped("leaf", "mean", a, b) + swapped("leaf", "norm", a, b));
    CHECK(found.by_load);
    CHECK(found.by_verify);
    CHECK(!found.other_tree);
}

TEST_CASE("two trees changed their structures: load and verify notice", "[damage]") {
    const Noticed found =
        noticed(swapped("tree", "structure", tree_of("a", 2), tree_of("zlib", 1)));
    CHECK(found.by_load);
    CHECK(found.by_verify);
}

TEST_CASE("two checkpoints point to each other's trees: verify notices, load cannot", "[damage]") {
    // Both are whole trees, and a load compares a tree with its digests, not with its checkpoint.
    const Noticed found =
        noticed("UPDATE checkpoint SET tree_id = CASE step WHEN 2 THEN (" + tree_of("a", 3) +
                ") ELSE (" + tree_of("a", 2) + ") END WHERE step IN (2, 3) AND run_id = 1");
    CHECK(found.by_verify);
    CHECK(!found.by_load);
    CHECK(found.other_tree);
}

TEST_CASE("what only one row says is bound to its row for verify", "[damage]") {
    const char* const changes[] = {
        "UPDATE checkpoint SET note = 'other' WHERE step = 2",
        "UPDATE checkpoint SET note = ''",
        "UPDATE checkpoint SET version = 4 WHERE step = 3",
        "UPDATE checkpoint SET loss = 0.25 WHERE step = 3",
        "UPDATE checkpoint SET loss = NULL WHERE step = 3",
        "UPDATE checkpoint SET n_completed_steps = 101 WHERE step = 3",
        "UPDATE checkpoint SET elapsed_time = 12.500000000000002 WHERE step = 3",
        "UPDATE checkpoint SET pinned = 1 - pinned WHERE step = 3",
        "UPDATE checkpoint SET created_at = '2026-01-31T12:00:00.000Z' WHERE step = 3",
        "UPDATE checkpoint SET metrics = replace(metrics, '\"NaN\"', '\"NaN\" ') WHERE step = 2",
        "UPDATE run SET config = '{}' WHERE name = 'a'",
        "UPDATE run SET name = 'c' WHERE name = 'b'",
        "UPDATE run SET finished_at = NULL",
        "UPDATE run SET parent_step = 3 WHERE name = 'b'",
        "UPDATE run SET uuid = upper(uuid)",
        "DELETE FROM checkpoint_metric WHERE step = -7; DELETE FROM checkpoint WHERE step = -7",
        "UPDATE metric SET value = value * 1.0000000000000002 WHERE step = 5 AND metric = 'rate'",
        "UPDATE metric SET at = '2026-01-31T12:00:00.000Z' WHERE step = 5",
        "UPDATE metric SET step = 100000 WHERE step = 5",
        "UPDATE metric SET run_id = 2 WHERE step = 5",
        "UPDATE metric SET metric = 'other' WHERE step = 5 AND metric = 'rate'",
        "DELETE FROM metric WHERE step = 5",
        "INSERT INTO metric VALUES (1, 'a', 'b', 1, 1.0, '2026-01-31T12:00:00.000Z')",
        "UPDATE leaf SET mean = mean * 1.0000000000000002 WHERE path = '/params/kernel'",
        "UPDATE leaf SET nan_count = 2 WHERE path = '/odd'",
        "UPDATE tree SET stored_nbytes = stored_nbytes + 1",
        "UPDATE checkpoint_tag SET tag = 'Release'",
        "UPDATE checkpoint_tag SET checkpoint_id = checkpoint_id + 1",
        "DELETE FROM checkpoint_tag",
        "INSERT INTO checkpoint_tag VALUES ('other', 2)",
        "DELETE FROM run_digest WHERE kind = 'tag'",
        "DELETE FROM run_digest WHERE kind = 'checkpoint'",
        "DELETE FROM run_digest WHERE kind = 'metric'",
        "UPDATE run_digest SET digest = zeroblob(16) WHERE kind = 'tree'",
        "UPDATE run_digest SET id = id + 1000",
    };
    const TempDir dir;
    make_reference_store(dir / "whole.db");
    for (const char* sql : changes) {
        CAPTURE(sql);
        std::filesystem::copy_file(dir / "whole.db", dir / "run.db",
                                   std::filesystem::copy_options::overwrite_existing);
        {
            RawSql raw(dir / "run.db");
            raw.run(sql);
            CHECK(raw.number("SELECT total_changes()") > 0);
        }
        CHECK(!Store(dir / "run.db", {.mode = OpenMode::read_only}).verify(true).ok());
    }
}

TEST_CASE("a change by hand that is meant is taken over as docs/FORMAT.md says", "[damage]") {
    const TempDir dir;
    make_reference_store(dir / "run.db");
    {
        RawSql raw(dir / "run.db");
        raw.run("UPDATE checkpoint SET note = 'by hand' WHERE step = 2");
        raw.run("DROP TABLE run_digest; PRAGMA user_version = 1001");
    }
    CHECK(Store(dir / "run.db", {.mode = OpenMode::read_only}).verify(true).ok());
    const Store store(dir / "run.db");
    CHECK(store.verify(true).ok());
    CHECK(store.latest({.run = "a", .step = 2})->note == "by hand");
    CHECK(RawSql(dir / "run.db").count("run_digest") > 10);
}

}  // namespace
}  // namespace ckptlite::test
