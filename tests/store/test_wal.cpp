// SPDX-License-Identifier: MIT
#include "ckptlite/error.hpp"
#include "store/child_process.hpp"
#include "store/raw_sql.hpp"
#include "store/store_values.hpp"
#include "support/catch.hpp"
#include "support/temp_dir.hpp"

namespace ckptlite::test {
namespace {

using std::chrono::milliseconds;

std::size_t files_in(const TempDir& dir) {
    std::size_t files = 0;
    for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator(dir.path())) {
        ++files;
    }
    return files;
}

TEST_CASE("in WAL mode readers do not wait for a write transaction", "[store]") {
    const TempDir dir;
    Store store(dir / "run.db", {.journal = JournalMode::wal, .read_timeout = milliseconds(0)});
    const auto saved = store.save(state_at(1), {.step = 1});
    RawSql other(dir / "run.db");
    other.run("BEGIN IMMEDIATE; UPDATE checkpoint SET note = 'open'");
    CHECK(store.load(saved) == state_at(1));
    CHECK(store.latest()->note.empty());
    other.run("COMMIT");
    CHECK(store.latest()->note == "open");
}

TEST_CASE("with the rollback journal readers wait for a commit in progress only", "[store]") {
    const TempDir dir;
    Store store(dir / "run.db", {.read_timeout = milliseconds(0)});
    const auto saved = store.save(state_at(1), {.step = 1});
    RawSql other(dir / "run.db");
    other.run("BEGIN IMMEDIATE; UPDATE checkpoint SET note = 'open'");
    CHECK(store.load(saved) == state_at(1));
    other.run("ROLLBACK; BEGIN EXCLUSIVE");
    CHECK_THROWS_AS(store.load(saved), Busy);
    other.run("ROLLBACK");
    CHECK(store.load(saved) == state_at(1));
}

TEST_CASE("a WAL store is one file after close", "[store]") {
    const TempDir dir;
    Store store(dir / "run.db", {.journal = JournalMode::wal, .threads = 2});
    const auto saved = store.save(state_at(1), {.step = 1});
    CHECK(store.load(saved) == state_at(1));
    CHECK(files_in(dir) == 3);
    store.log(2, loss_of(0.5));
    store.close();
    CHECK(files_in(dir) == 1);
    const Store copy(dir / "run.db");
    CHECK(copy.load(saved) == state_at(1));
    CHECK(copy.history(kLoss).size() == 1);
}

TEST_CASE("the journal mode stays with the file until it is changed", "[store]") {
    const TempDir dir;
    const auto file = dir / "run.db";
    const auto mode = [&] { return RawSql(file).text("PRAGMA journal_mode"); };
    save_step(*std::make_unique<Store>(file, StoreOptions{.journal = JournalMode::wal}), 1);
    CHECK(mode() == "wal");
    save_step(*std::make_unique<Store>(file), 2);
    CHECK(mode() == "wal");
    save_step(*std::make_unique<Store>(file, StoreOptions{.journal = JournalMode::rollback}), 3);
    CHECK(mode() == "delete");
    CHECK(files_in(dir) == 1);
    CHECK(Store(file).checkpoints().size() == 3);
}

TEST_CASE("a WAL store whose writer was killed is recovered", "[store]") {
    const TempDir dir;
    const auto file = dir / "run.db";
    ChildProcess child([&](const auto& report) {
        Store store(file, {.journal = JournalMode::wal, .threads = 1});
        for (std::int64_t step = 1;; ++step) {
            store.save(state_at(step), {.step = step});
            report(step);
        }
    });
    for (int i = 0; i < 5; ++i) REQUIRE(child.next());
    child.kill();
    Store store(file);
    CHECK(store.verify(true).ok());
    CHECK(store.latest()->step >= 5);
    save_step(store, store.latest()->step + 1);
    store.close();
    CHECK(files_in(dir) == 1);
}

}  // namespace
}  // namespace ckptlite::test
