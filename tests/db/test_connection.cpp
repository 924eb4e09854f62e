// SPDX-License-Identifier: MIT
#include "db/connection.hpp"

#include <sqlite3.h>

#include "ckptlite/error.hpp"
#include "db/transaction.hpp"
#include "store/raw_sql.hpp"
#include "store/store_values.hpp"
#include "support/catch.hpp"
#include "support/temp_dir.hpp"
#include "support/throws.hpp"

namespace ckptlite::test {
namespace {

using db::Access;
using db::Connection;

constexpr std::chrono::seconds kTimeout{5};

TEST_CASE("every connection has the settings of the design in force", "[db]") {
    const TempDir dir;
    save_step(*std::make_unique<Store>(dir / "run.db"), 1);
    for (const Access access : {Access::read_only, Access::query_only, Access::read_write}) {
        CAPTURE(static_cast<int>(access));
        const Connection connection((dir / "run.db").string(), access, kTimeout);
        CHECK(connection.pragma_integer("PRAGMA synchronous") == 3);    // EXTRA
        CHECK(connection.pragma_integer("PRAGMA secure_delete") == 2);  // FAST, as it is reported
        CHECK(connection.pragma_integer("PRAGMA foreign_keys") == 1);
        CHECK(connection.pragma_integer("PRAGMA cell_size_check") == 1);
        CHECK(connection.pragma_integer("PRAGMA trusted_schema") == 0);
        CHECK(connection.pragma_integer("PRAGMA mmap_size") == 0);
        CHECK(connection.pragma_integer("PRAGMA temp_store") == 2);  // MEMORY
        CHECK(connection.pragma_integer("PRAGMA page_size") == 32'768);
        CHECK(connection.pragma_integer("PRAGMA auto_vacuum") == 2);  // INCREMENTAL
        CHECK(connection.pragma_text("PRAGMA journal_mode") == "delete");
        const bool reads = access != Access::read_write;
        CHECK(connection.pragma_integer("PRAGMA query_only") == (reads ? 1 : 0));
        int defensive = 0;
        sqlite3_db_config(connection.handle(), SQLITE_DBCONFIG_DEFENSIVE, -1, &defensive);
        CHECK(defensive == 1);
    }
}

TEST_CASE("a connection for reading cannot write", "[db]") {
    const TempDir dir;
    save_step(*std::make_unique<Store>(dir / "run.db"), 1);
    for (const Access access : {Access::read_only, Access::query_only}) {
        const Connection connection((dir / "run.db").string(), access, kTimeout);
        CHECK_THROWS_AS(connection.execute("DELETE FROM metric"), IoError);
    }
}

TEST_CASE("triggers of a stranger's file do not fire", "[db]") {
    const TempDir dir;
    save_step(*std::make_unique<Store>(dir / "run.db"), 1);
    RawSql raw(dir / "run.db");
    raw.run("CREATE TABLE trap (id)");
    raw.run("CREATE TRIGGER t1 AFTER INSERT ON checkpoint BEGIN INSERT INTO trap VALUES (1); END");
    raw.run("CREATE TRIGGER t2 BEFORE DELETE ON tree BEGIN INSERT INTO trap VALUES (2); END");
    {
        Store store(dir / "run.db");
        save_step(store, 2, {.retention = {.last = 1}});
        CHECK(store.checkpoints().size() == 1);
    }
    CHECK(raw.count("trap") == 0);
}

TEST_CASE("double-quoted text is no string and views are not used", "[db]") {
    const TempDir dir;
    save_step(*std::make_unique<Store>(dir / "run.db"), 1);
    const Connection connection((dir / "run.db").string(), Access::read_write, kTimeout);
    CHECK_THROWS_AS(connection.execute("SELECT \"no such column\""), Error);
    CHECK_THROWS_AS(connection.execute("SELECT * FROM history"), Error);
    CHECK_THROWS_AS(connection.execute("SELECT load_extension('x')"), Error);
}

TEST_CASE("a foreign key of the schema is enforced", "[db]") {
    const TempDir dir;
    save_step(*std::make_unique<Store>(dir / "run.db"), 1);
    const Connection connection((dir / "run.db").string(), Access::read_write, kTimeout);
    REQUIRE_THROWS_SAYING(connection.execute("DELETE FROM tree"), Corrupt, "rule of the schema");
}

TEST_CASE("a write transaction that is not committed is rolled back", "[db]") {
    const TempDir dir;
    save_step(*std::make_unique<Store>(dir / "run.db"), 1);
    const Connection connection((dir / "run.db").string(), Access::read_write, kTimeout);
    {
        const db::WriteTransaction transaction(connection);
        connection.execute("UPDATE checkpoint SET note = 'x'");
        CHECK(connection.in_transaction());
    }
    CHECK(!connection.in_transaction());
    CHECK(connection.pragma_text("SELECT note FROM checkpoint").empty());
}

}  // namespace
}  // namespace ckptlite::test
