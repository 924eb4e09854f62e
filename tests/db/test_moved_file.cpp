// SPDX-License-Identifier: MIT
// A store whose file gets another name, or goes, or is replaced while it is open. SQLite finds
// journals by name, so nothing may be done by the old name any more.
#include <fstream>

#include "ckptlite/error.hpp"
#include "store/child_process.hpp"
#include "store/raw_sql.hpp"
#include "store/store_values.hpp"
#include "support/catch.hpp"
#include "support/temp_dir.hpp"
#include "support/throws.hpp"

namespace ckptlite::test {
namespace {

namespace fs = std::filesystem;

constexpr JournalMode kJournals[] = {JournalMode::rollback, JournalMode::wal};
constexpr const char* kMoved = "renamed, deleted or replaced";

void check_refuses_all(Store& store, const CheckpointInfo& saved) {
    REQUIRE_THROWS_SAYING(save_step(store, 10), IoError, kMoved);
    REQUIRE_THROWS_SAYING(store.pin(saved), IoError, kMoved);
    REQUIRE_THROWS_SAYING(store.remove(saved), IoError, kMoved);
    REQUIRE_THROWS_SAYING(store.latest(), IoError, "open it anew where it is now");
    REQUIRE_THROWS_SAYING(store.load(saved), IoError, kMoved);
    CHECK_THROWS_AS(store.verify(), IoError);
}

std::size_t files_in(const fs::path& folder) {
    return static_cast<std::size_t>(
        std::distance(fs::directory_iterator(folder), fs::directory_iterator()));
}

TEST_CASE("a store that was renamed while open keeps everything under its new name", "[db]") {
    for (const JournalMode journal : kJournals) {
        CAPTURE(static_cast<int>(journal));
        const TempDir dir;
        {
            Store store(dir / "run.db", {.journal = journal});
            const auto saved = save_step(store, 1);
            CHECK(store.latest()->step == 1);
            fs::rename(dir / "run.db", dir / "moved.db");
            check_refuses_all(store, saved);
        }
        // In WAL mode the log stays behind under the old name, empty.
        for (const char* side : {"run.db-wal", "run.db-journal"}) {
            CHECK((!fs::exists(dir / side) || fs::file_size(dir / side) == 0));
        }
        Store store(dir / "moved.db");
        CHECK(store.latest()->step == 1);
        CHECK(store.verify(true).ok());
        CHECK(save_step(store, 2).step == 2);
    }
}

TEST_CASE("a store that was renamed before its first write says so", "[db]") {
    const TempDir dir;
    save_step(*std::make_unique<Store>(dir / "run.db"), 1);
    Store store(dir / "run.db");
    fs::rename(dir / "run.db", dir / "moved.db");
    REQUIRE_THROWS_SAYING(save_step(store, 2), IoError, kMoved);
    REQUIRE_THROWS_SAYING(store.latest(), IoError, kMoved);
    fs::rename(dir / "moved.db", dir / "run.db");
    CHECK(save_step(store, 2).step == 2);  // back in its place, it goes on
}

TEST_CASE("a store that was deleted while open says so, and makes no new file", "[db]") {
    for (const JournalMode journal : kJournals) {
        CAPTURE(static_cast<int>(journal));
        const TempDir dir;
        Store store(dir / "run.db", {.journal = journal});
        const auto saved = save_step(store, 1);
        store.log(2, loss_of(1));
        fs::remove(dir / "run.db");
        check_refuses_all(store, saved);
        REQUIRE_THROWS_SAYING(store.flush(), IoError, kMoved);
        CHECK(!fs::exists(dir / "run.db"));
    }
}

TEST_CASE("a reader whose file was renamed or deleted says so", "[db]") {
    const TempDir dir;
    save_step(*std::make_unique<Store>(dir / "run.db"), 1);
    const Store store(dir / "run.db", {.mode = OpenMode::read_only});
    const auto saved = *store.latest();
    fs::rename(dir / "run.db", dir / "moved.db");
    REQUIRE_THROWS_SAYING(store.load(saved), IoError, kMoved);
    fs::remove(dir / "moved.db");
    REQUIRE_THROWS_SAYING(store.latest(), IoError, kMoved);
}

TEST_CASE("nothing is written to a store that took the place of an open one", "[db]") {
    for (const JournalMode journal : kJournals) {
        CAPTURE(static_cast<int>(journal));
        const TempDir dir;
        save_step(*std::make_unique<Store>(dir / "other.db"), 7);
        Store store(dir / "run.db", {.journal = journal});
        const auto saved = save_step(store, 1);
        fs::rename(dir / "other.db", dir / "run.db");  // and the old one is gone
        check_refuses_all(store, saved);
        store = Store(dir / "new.db");  // closes it
        RawSql raw(dir / "run.db");
        CHECK(raw.text("SELECT step FROM checkpoint") == "7");
        CHECK(raw.text("PRAGMA integrity_check") == "ok");
    }
}

TEST_CASE("a store whose file was moved leaves the journal of its successor alone", "[db]") {
    const TempDir dir;
    save_step(*std::make_unique<Store>(dir / "other.db"), 7);
    Store store(dir / "run.db");
    const auto saved = save_step(store, 1);
    fs::rename(dir / "run.db", dir / "moved.db");
    fs::rename(dir / "other.db", dir / "run.db");
    // The successor's writer dies in the middle of a commit: its journal is hot.
    ChildProcess writer([&](const ChildProcess::Report& report) {
        RawSql raw(dir / "run.db");
        raw.run(
            "PRAGMA cache_size = 1; BEGIN IMMEDIATE; UPDATE checkpoint SET step = 99;"
            "CREATE TABLE t AS WITH RECURSIVE n(i) AS"
            " (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 9999) SELECT i, i AS j FROM n;");
        report(1);
        end_child(0);
    });
    REQUIRE(writer.next());
    CHECK(writer.wait());
    REQUIRE(fs::file_size(dir / "run.db-journal") > 0);
    check_refuses_all(store, saved);
    CHECK(fs::file_size(dir / "run.db-journal") > 0);
    CHECK(Store(dir / "run.db").latest()->step == 7);  // rolled back by its own
    CHECK(Store(dir / "moved.db").verify(true).ok());
    CHECK(Store(dir / "moved.db").latest()->step == 1);
}

TEST_CASE("no store is made beside the journal of one that went", "[db]") {
    for (const char* side : {"-journal", "-wal", "-shm"}) {
        CAPTURE(side);
        const TempDir dir;
        const fs::path left = (dir / "run.db").string() + side;
        std::ofstream(left) << "somebody's";
        REQUIRE_THROWS_SAYING(Store(dir / "run.db"), IoError, left.filename().string());
        REQUIRE_THROWS_SAYING(Store(dir / "run.db"), IoError, "moved or deleted");
        CHECK(files_in(dir.path()) == 1);
        CHECK(fs::file_size(left) == 10);
        fs::remove(left);
        CHECK(save_step(*std::make_unique<Store>(dir / "run.db"), 1).step == 1);
    }
}

}  // namespace
}  // namespace ckptlite::test
