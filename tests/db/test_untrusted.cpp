// SPDX-License-Identifier: MIT
// StoreOptions::trust: what opening a stranger's file refuses beside what opening any file does.
#include <sqlite3.h>

#include <fstream>

#include "ckptlite/error.hpp"
#include "db/connection.hpp"
#include "store/raw_sql.hpp"
#include "store/store_values.hpp"
#include "support/catch.hpp"
#include "support/temp_dir.hpp"
#include "support/throws.hpp"

namespace ckptlite::test {
namespace {

namespace fs = std::filesystem;

const StoreOptions kUntrusted{.mode = OpenMode::read_only, .trust = Trust::untrusted};
const StoreOptions kReadOnly{.mode = OpenMode::read_only};

void make_store(const fs::path& file, JournalMode journal = JournalMode::keep) {
    Store store(file, {.journal = journal});
    store.save(state_at(1), {.step = 1, .metrics = loss_of(0.5)});
}

std::size_t files_in(const TempDir& dir) {
    return static_cast<std::size_t>(
        std::distance(fs::directory_iterator(dir.path()), fs::directory_iterator()));
}

void check_reads_all(const Store& store) {
    const auto latest = store.latest().value();
    CHECK(store.load(latest) == state_at(1));
    CHECK(store.best(kLoss, Best::lowest).size() == 1);
    CHECK(store.history(kLoss).size() == 1);
    CHECK(store.leaves(latest).size() == 3);
    CHECK(store.verify(true).ok());
}

TEST_CASE("an untrusted store is read whole, whatever its name and journal mode", "[db]") {
    for (const char* name : {"run.db", "a%20b?mode=rw&x#y \xc3\xbc.db"}) {
        for (const JournalMode journal : {JournalMode::rollback, JournalMode::wal}) {
            CAPTURE(name, static_cast<int>(journal));
            const TempDir dir;
            make_store(dir / name, journal);
            check_reads_all(Store(dir / name, kUntrusted));
            CHECK(files_in(dir) == 1);
        }
    }
}

TEST_CASE("while an untrusted store is open, no file is made beside it", "[db]") {
    const TempDir dir;
    make_store(dir / "run.db", JournalMode::wal);
    const Store store(dir / "run.db", kUntrusted);
    check_reads_all(store);
    CHECK(files_in(dir) == 1);
}

TEST_CASE("an untrusted store of format 1.0 is read", "[db]") {
    const Store store(fs::path(CKPTLITE_GOLDEN) / "format_1_0.ckptlite", kUntrusted);
    CHECK(!store.checkpoints().empty());
    CHECK(store.verify(true).ok());
}

TEST_CASE("an untrusted store can only be opened read-only", "[db]") {
    const TempDir dir;
    for (const OpenMode mode : {OpenMode::existing, OpenMode::create}) {
        REQUIRE_THROWS_SAYING(Store(dir / "run.db", {.mode = mode, .trust = Trust::untrusted}),
                              InvalidArgument, "read-only");
    }
    CHECK(files_in(dir) == 0);
}

TEST_CASE("an untrusted store with a side file is refused, and both stay as they are", "[db]") {
    for (const char* side : {"-journal", "-wal", "-shm"}) {
        CAPTURE(side);
        const TempDir dir;
        make_store(dir / "run.db");
        const fs::path beside = (dir / "run.db").string() + side;
        std::ofstream(beside) << "anything";
        REQUIRE_THROWS_SAYING(Store(dir / "run.db", kUntrusted), NeedsRecovery,
                              beside.filename().string());
        CHECK(fs::file_size(beside) == 8);
        CHECK(files_in(dir) == 2);
    }
}

TEST_CASE("anything foreign in an untrusted store is refused by name", "[db]") {
    const std::pair<const char*, const char*> foreign[] = {
        {"CREATE TABLE mine (a)", "the table 'mine'"},
        {"CREATE INDEX mine ON metric (value)", "the index 'mine'"},
        {"CREATE VIEW mine AS SELECT 1", "the view 'mine'"},
        {"CREATE TRIGGER mine AFTER INSERT ON run BEGIN DELETE FROM run; END",
         "the trigger 'mine'"},
        {"DROP VIEW history; CREATE VIEW history AS SELECT 1", "the view 'history'"},
        {"ALTER TABLE run ADD COLUMN g TEXT AS (name || name)", "the table 'run'"},
    };
    for (const auto& [sql, words] : foreign) {
        CAPTURE(sql);
        const TempDir dir;
        make_store(dir / "run.db");
        RawSql(dir / "run.db").run(sql);
        REQUIRE_THROWS_SAYING(Store(dir / "run.db", kUntrusted), Corrupt, words);
    }
}

TEST_CASE("a table that is a view or virtual in an untrusted store is refused", "[db]") {
    for (const char* sql :
         {"DROP TABLE feature; CREATE VIEW feature AS SELECT 'a' AS name, 'compatible' AS kind",
          "DROP TABLE feature; CREATE VIRTUAL TABLE feature USING rtree (id, a, b)"}) {
        CAPTURE(sql);
        const TempDir dir;
        make_store(dir / "run.db");
        RawSql(dir / "run.db").run(sql);
        REQUIRE_THROWS_SAYING(Store(dir / "run.db", kUntrusted), Corrupt, "'feature'");
    }
}

TEST_CASE("an untrusted store without one of its tables is refused", "[db]") {
    const TempDir dir;
    make_store(dir / "run.db");
    RawSql(dir / "run.db").run("DROP TABLE metric");
    CHECK_THROWS_AS(Store(dir / "run.db", kUntrusted), Corrupt);
}

TEST_CASE("a newer minor version is read, but not as untrusted", "[db]") {
    const TempDir dir;
    make_store(dir / "run.db");
    RawSql(dir / "run.db").run("PRAGMA user_version = 1999");
    CHECK(Store(dir / "run.db", kReadOnly).latest()->step == 1);
    REQUIRE_THROWS_SAYING(Store(dir / "run.db", kUntrusted), UnsupportedVersion, "1.999");
}

TEST_CASE("an index that holds another's rows is found when an untrusted store opens", "[db]") {
    const TempDir dir;
    make_store(dir / "run.db");
    RawSql(dir / "run.db")
        .run(
            "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET rootpage ="
            " (SELECT rootpage FROM sqlite_schema WHERE name = 'leaf_chunk_by_chunk')"
            " WHERE name = 'checkpoint_by_step'");
    CHECK(Store(dir / "run.db", kReadOnly).runs().size() == 1);
    REQUIRE_THROWS_SAYING(Store(dir / "run.db", kUntrusted), Corrupt, "the database is damaged");
}

TEST_CASE("a row that refers to nothing is found when an untrusted store opens", "[db]") {
    const TempDir dir;
    make_store(dir / "run.db");
    RawSql(dir / "run.db").run("DELETE FROM tree");
    CHECK_THROWS_AS(Store(dir / "run.db", kUntrusted), Corrupt);
}

TEST_CASE("other files are refused as untrusted as they are otherwise", "[db]") {
    const TempDir dir;
    std::ofstream(dir / "garbage.db") << std::string(5000, 'x');
    CHECK_THROWS_AS(Store(dir / "garbage.db", kUntrusted), NotACheckpointFile);
    RawSql(dir / "other.db").run("CREATE TABLE t (a)");
    CHECK_THROWS_AS(Store(dir / "other.db", kUntrusted), NotACheckpointFile);
    CHECK_THROWS_AS(Store(dir / "missing.db", kUntrusted), NotFound);
    fs::create_symlink(dir / "other.db", dir / "link.db");
    CHECK_THROWS_AS(Store(dir / "link.db", kUntrusted), InvalidArgument);
}

TEST_CASE("an untrusted connection has low limits and can attach nothing", "[db]") {
    const TempDir dir;
    make_store(dir / "run.db");
    const db::Connection connection(dir / "run.db", db::Access::untrusted,
                                    std::chrono::milliseconds(0));
    for (const int limit : {SQLITE_LIMIT_LENGTH, SQLITE_LIMIT_SQL_LENGTH, SQLITE_LIMIT_COLUMN,
                            SQLITE_LIMIT_EXPR_DEPTH, SQLITE_LIMIT_VDBE_OP, SQLITE_LIMIT_ATTACHED}) {
        sqlite3* plain = nullptr;
        sqlite3_open(":memory:", &plain);
        CHECK(sqlite3_limit(connection.handle(), limit, -1) < sqlite3_limit(plain, limit, -1));
        sqlite3_close(plain);
    }
    CHECK_THROWS_AS(connection.execute("ATTACH ':memory:' AS more"), Error);
    CHECK_THROWS_AS(connection.execute("DELETE FROM metric"), IoError);
}

}  // namespace
}  // namespace ckptlite::test
