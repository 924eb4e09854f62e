// SPDX-License-Identifier: MIT
// Schemas that a stranger changed: nothing in them runs, and what is not ours by its definition is
// refused. See tests/db/test_open.cpp for versions, features, missing tables, links, FIFOs, devices
// and "file:" names.
#include "hostile/hostile_store.hpp"
#include "support/catch.hpp"
#include "support/throws.hpp"

namespace ckptlite::test {
namespace {

using Catch::Contains;

/// Opening says that the table is not ours, for reading and for writing.
void check_refused(const HostileStore& store, const std::string& table) {
    for (const OpenMode mode : {OpenMode::read_only, OpenMode::existing}) {
        REQUIRE_THROWS_SAYING(store.open(mode), Corrupt,
                              "'" + table + "' is not defined as the format says");
    }
}

TEST_CASE("a trigger of a stranger never fires", "[hostile]") {
    HostileStore of(
        "CREATE TABLE evidence (what);"
        "CREATE TRIGGER a AFTER INSERT ON checkpoint BEGIN INSERT INTO evidence VALUES (1); END;"
        "CREATE TRIGGER b AFTER DELETE ON leaf BEGIN INSERT INTO evidence VALUES (2); END;"
        "CREATE TRIGGER c BEFORE INSERT ON metric BEGIN SELECT raise(ABORT, 'no'); END;"
        "CREATE TRIGGER d AFTER UPDATE ON tree BEGIN DELETE FROM checkpoint; END");
    Store store = of.open(OpenMode::existing);
    save_step(store, 3, {.run = "a", .metrics = loss_of(1), .retention = {.last = 1}});
    store.log(4, loss_of(2), "a");
    store.set_note(*store.latest(), "noted");
    store.close();
    CHECK(of.text("SELECT count(*) FROM evidence") == "0");
    CHECK(of.open().checkpoints().size() == 1);
    CHECK(of.problems().empty());
}

TEST_CASE("a view in a table's place is refused", "[hostile]") {
    const HostileStore of(
        "PRAGMA legacy_alter_table = ON; ALTER TABLE metric RENAME TO hidden;"
        "CREATE VIEW metric AS SELECT * FROM hidden");
    check_refused(of, "metric");
}

TEST_CASE("a view over a table's own rows is refused", "[hostile]") {
    HostileStore of;
    of.edit_schema(
        "UPDATE sqlite_schema SET type = 'view', rootpage = 0,"
        " sql = 'CREATE VIEW feature AS SELECT 1 AS name, 2 AS kind'"
        " WHERE name = 'feature'");
    REQUIRE_THROWS_SAYING(of.open(), Error, "feature");
}

TEST_CASE("a virtual table in a table's place is refused", "[hostile]") {
    HostileStore of;
    of.edit_schema(
        "UPDATE sqlite_schema SET rootpage = 0,"
        " sql = 'CREATE VIRTUAL TABLE metric USING fts5(run_id, metric_group)'"
        " WHERE name = 'metric'");
    check_refused(of, "metric");
}

TEST_CASE("a virtual table of no module in a table's place is refused", "[hostile]") {
    HostileStore of;
    of.edit_schema(
        "UPDATE sqlite_schema SET rootpage = 0,"
        " sql = 'CREATE VIRTUAL TABLE metric USING nothing_like_it(x)'"
        " WHERE name = 'metric'");
    check_refused(of, "metric");
}

TEST_CASE("a generated column in a table is refused", "[hostile]") {
    const HostileStore of(
        "ALTER TABLE checkpoint ADD COLUMN more TEXT GENERATED ALWAYS AS (upper(note)) VIRTUAL");
    check_refused(of, "checkpoint");
}

TEST_CASE("a column that became a generated one is refused", "[hostile]") {
    HostileStore of;
    of.edit_schema(
        "UPDATE sqlite_schema SET sql = replace(sql, 'note              TEXT NOT NULL"
        " DEFAULT ''''', 'note TEXT AS (upper(prefix))') WHERE name = 'checkpoint'");
    check_refused(of, "checkpoint");
}

TEST_CASE("a table without its STRICT is refused", "[hostile]") {
    HostileStore of;
    of.edit_schema("UPDATE sqlite_schema SET sql = replace(sql, 'STRICT', '') WHERE name = 'leaf'");
    check_refused(of, "leaf");
}

TEST_CASE("a table with a default of a stranger's is refused", "[hostile]") {
    HostileStore of;
    of.edit_schema(
        "UPDATE sqlite_schema SET sql = replace(sql, 'DEFAULT 0 CHECK',"
        " 'DEFAULT (random()) CHECK') WHERE name = 'checkpoint'");
    check_refused(of, "checkpoint");
}

TEST_CASE("two definitions of one table are refused", "[hostile]") {
    HostileStore of;
    of.edit_schema(
        "INSERT INTO sqlite_schema (type, name, tbl_name, rootpage, sql) SELECT type,"
        " name, tbl_name, rootpage, replace(sql, 'REAL', 'TEXT') FROM sqlite_schema"
        " WHERE name = 'metric'");
    REQUIRE_THROWS_SAYING(of.open(), Corrupt, "metric");
}

TEST_CASE("an index of our name on something else is refused", "[hostile]") {
    const HostileStore of(
        "DROP INDEX checkpoint_by_tree; CREATE INDEX checkpoint_by_tree ON checkpoint (note)");
    check_refused(of, "checkpoint_by_tree");
}

TEST_CASE("an index of a stranger's that calls a function is refused", "[hostile]") {
    const HostileStore of(
        "UPDATE checkpoint SET note = '{}'; CREATE INDEX mine ON checkpoint (json(note))");
    REQUIRE_THROWS_SAYING(of.open(), Corrupt, "unsafe use of json()");
}

TEST_CASE("a stranger's view that calls what it may not is no matter", "[hostile]") {
    const HostileStore of(
        "DROP VIEW storage; CREATE VIEW storage AS SELECT load_extension('/tmp/x') AS x;"
        "CREATE VIEW checkpoints AS SELECT writefile('/tmp/x', 'y')");
    CHECK(of.problems().empty());
    CHECK(of.load_error().empty());
}

TEST_CASE("a schema that is no SQL is refused", "[hostile]") {
    HostileStore of;
    of.edit_schema(
        "UPDATE sqlite_schema SET sql = 'CREATE TABLE feature (' || char(7) ||"
        " ')))' WHERE name = 'feature'");
    REQUIRE_THROWS_SAYING(of.open(), Corrupt, "damaged");
}

TEST_CASE("a schema of a megabyte of parentheses is refused", "[hostile]") {
    HostileStore of;
    of.edit_schema(
        "UPDATE sqlite_schema SET sql = 'CREATE VIEW storage AS SELECT ' ||"
        " replace(hex(zeroblob(250000)), '00', '(((') || '1' WHERE name = 'storage'");
    REQUIRE_THROWS_SAYING(of.open(), Error, "run.db");
}

}  // namespace
}  // namespace ckptlite::test
