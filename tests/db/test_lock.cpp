// SPDX-License-Identifier: MIT
#include "ckptlite/error.hpp"
#include "store/raw_sql.hpp"
#include "store/store_values.hpp"
#include "support/catch.hpp"
#include "support/temp_dir.hpp"
#include "support/throws.hpp"

namespace ckptlite::test {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

const StoreOptions kShort{.write_timeout = milliseconds(30), .read_timeout = milliseconds(30)};

TEST_CASE("a writer held off by another's lock is Busy after its timeout", "[db]") {
    const TempDir dir;
    Store store(dir / "run.db", kShort);
    save_step(store, 1);
    RawSql other(dir / "run.db");
    other.run("BEGIN IMMEDIATE");
    const auto start = steady_clock::now();
    REQUIRE_THROWS_SAYING(save_step(store, 2), Busy, (dir / "run.db").string());
    const auto waited = steady_clock::now() - start;
    CHECK(waited >= milliseconds(30));
    CHECK(waited < std::chrono::seconds(20));
    other.run("COMMIT");
    CHECK(save_step(store, 2).step == 2);
    CHECK(store.verify(true).ok());
}

TEST_CASE("a save that met a lock halfway leaves nothing behind", "[db]") {
    const TempDir dir;
    Store store(dir / "run.db", kShort);
    save_step(store, 1);
    RawSql other(dir / "run.db");
    other.run("BEGIN; SELECT count(*) FROM run");  // a reader that does not end
    CHECK_THROWS_AS(store.save(state_at(2), {.step = 2}), Busy);
    CHECK(store.latest()->step == 1);
    other.run("COMMIT");
    store.save(state_at(3), {.step = 3});
    CHECK(other.count("tree WHERE staged_by IS NOT NULL") == 0);
    CHECK(other.count("checkpoint") == 2);
}

TEST_CASE("every write that meets a lock is Busy and can be repeated", "[db]") {
    const TempDir dir;
    Store store(dir / "run.db", kShort);
    const auto saved = save_step(store, 1);
    RawSql other(dir / "run.db");
    other.run("BEGIN IMMEDIATE");
    CHECK_THROWS_AS(store.pin(saved), Busy);
    CHECK_THROWS_AS(store.remove(saved), Busy);
    CHECK_THROWS_AS(store.start_run("r"), Busy);
    store.log(2, loss_of(0.5));
    CHECK_THROWS_AS(store.flush(), Busy);
    other.run("COMMIT");
    store.pin(saved);
    store.flush();
    CHECK(store.history(kLoss).size() == 1);
}

TEST_CASE("a store that cannot be read for a lock is Busy and opens later", "[db]") {
    const TempDir dir;
    save_step(*std::make_unique<Store>(dir / "run.db"), 1);
    RawSql other(dir / "run.db");
    other.run("BEGIN EXCLUSIVE");
    REQUIRE_THROWS_SAYING(Store(dir / "run.db", kShort), Busy, "locked");
    other.run("COMMIT");
    CHECK(Store(dir / "run.db", kShort).latest()->step == 1);
}

}  // namespace
}  // namespace ckptlite::test
