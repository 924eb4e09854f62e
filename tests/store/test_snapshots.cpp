// SPDX-License-Identifier: MIT
// What readers in other processes see while a writer saves and deletes, and what two writers of one
// run see of each other.
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
constexpr std::size_t kTreeBytes = 400'000;
constexpr std::int64_t kSaves = 60;

void fail(const std::string& what) {
    throw std::runtime_error(what);
}

/// Reads the latest checkpoint over and over until it is the last one: it never goes back, and
/// is whole, unless retention was faster.
void read_until_last(const fs::path& file) {
    const Store store(file, {.mode = OpenMode::existing, .threads = 1});
    std::int64_t seen = 0;
    std::int64_t loaded = 0;
    while (seen < kSaves) {
        const auto latest = store.latest();
        if (!latest) continue;
        if (latest->step < seen) fail("the latest step went back");
        seen = latest->step;
        try {
            if (store.load(*latest) != state_at(seen, kTreeBytes))
                fail("a checkpoint is not whole");
            ++loaded;
        } catch (const NotFound&) {
            // Retention has taken it since.
        }
    }
    if (loaded == 0) fail("nothing was loaded");
}

TEST_CASE("readers in other processes see complete checkpoints, and the latest never goes back",
          "[store]") {
    for (const JournalMode journal : kJournals) {
        CAPTURE(static_cast<int>(journal));
        const TempDir dir;
        { const Store made(dir / "run.db", {.journal = journal}); }
        const auto reader = [&](const ChildProcess::Report&) { read_until_last(dir / "run.db"); };
        ChildProcess first(reader);
        ChildProcess second(reader);
        ChildProcess writer([&](const ChildProcess::Report&) {
            Store store(dir / "run.db", {.threads = 1});
            for (std::int64_t step = 1; step <= kSaves; ++step) {
                store.save(state_at(step, kTreeBytes), {.step = step, .retention = {.last = 2}});
            }
            store.close();
        });
        CHECK(writer.wait());
        CHECK(first.wait());
        CHECK(second.wait());
        CHECK(Store(dir / "run.db").verify(true).ok());
    }
}

constexpr const char* kCountLeaves =
    "SELECT count(*) FROM leaf_chunk JOIN chunk ON chunk.id = chunk_id"
    " WHERE length(chunk.data) > 0";

TEST_CASE("a snapshot that is held in WAL mode keeps its tensors while retention deletes them",
          "[store]") {
    const TempDir dir;
    Store store(dir / "run.db", {.journal = JournalMode::wal, .threads = 1});
    for (std::int64_t step = 1; step <= 3; ++step) {
        store.save(state_at(step, kTreeBytes), {.step = step});
    }
    RawSql reader(dir / "run.db");
    reader.run("BEGIN");
    const auto before = reader.text(kCountLeaves);
    const auto digests = reader.text("SELECT group_concat(hex(data)) FROM chunk");
    store.retain({.last = 1}, "default", "checkpoint");
    for (std::int64_t step = 4; step <= 6; ++step) {
        store.save(state_at(step, kTreeBytes), {.step = step, .retention = {.last = 1}});
    }
    CHECK(reader.text(kCountLeaves) == before);
    CHECK(reader.text("SELECT group_concat(hex(data)) FROM chunk") == digests);
    CHECK(reader.count("checkpoint") == 3);
    reader.run("COMMIT");
    CHECK(reader.count("checkpoint") == 1);
    CHECK(store.load(*store.latest()) == state_at(6, kTreeBytes));
}

TEST_CASE("a snapshot that is held with the rollback journal keeps retention from deleting",
          "[store]") {
    const TempDir dir;
    Store store(dir / "run.db", {.threads = 1, .write_timeout = std::chrono::milliseconds(20)});
    const auto first = store.save(state_at(1, kTreeBytes), {.step = 1});
    store.save(state_at(2, kTreeBytes), {.step = 2});
    RawSql reader(dir / "run.db");
    reader.run("BEGIN");
    const auto before = reader.text(kCountLeaves);
    REQUIRE_THROWS_SAYING(store.retain({.last = 1}, "default", "checkpoint"), Busy,
                          "a program that reads it");
    CHECK_THROWS_AS(store.remove(first), Busy);
    CHECK(reader.text(kCountLeaves) == before);
    CHECK(store.load(first) == state_at(1, kTreeBytes));
    reader.run("COMMIT");
    CHECK(store.retain({.last = 1}, "default", "checkpoint").size() == 2);
    CHECK(reader.count("checkpoint") == 1);
}

TEST_CASE("of two processes that save the same steps of one run, each step is one's alone",
          "[store]") {
    for (const JournalMode journal : kJournals) {
        CAPTURE(static_cast<int>(journal));
        const TempDir dir;
        { const Store made(dir / "run.db", {.journal = journal}); }
        const auto writer = [&](const ChildProcess::Report& report) {
            Store store(dir / "run.db", {.threads = 1});
            for (std::int64_t step = 1; step <= 20; ++step) {
                try {
                    store.save(state_at(step, kTreeBytes), {.step = step});
                    report(step);
                } catch (const AlreadyExists& error) {
                    if (error.where().run != "default" || error.where().step != step) {
                        fail("the error does not name run and step");
                    }
                }
            }
        };
        ChildProcess first(writer);
        ChildProcess second(writer);
        std::int64_t saved = 0;
        while (first.next()) ++saved;
        while (second.next()) ++saved;
        CHECK(first.wait());
        CHECK(second.wait());
        const Store store(dir / "run.db");
        CHECK(store.latest()->step == 20);
        CHECK(store.checkpoints().size() == static_cast<std::size_t>(saved));
        CHECK(store.verify(true).ok());
    }
}

TEST_CASE("the second writer of a run is refused by run, prefix and step", "[store]") {
    const TempDir dir;
    Store one(dir / "run.db");
    Store two(dir / "run.db");
    save_step(one, 5, {.run = "a", .prefix = "p"});
    for (const std::int64_t step : {5, 4}) {
        const auto again = [&] { save_step(two, step, {.run = "a", .prefix = "p"}); };
        REQUIRE_THROWS_SAYING(again(), AlreadyExists, "run 'a'");
        REQUIRE_THROWS_SAYING(again(), AlreadyExists, "step 5 of prefix 'p' is stored already");
    }
    CHECK(save_step(two, 6, {.run = "a", .prefix = "p"}).step == 6);
    CHECK(save_step(two, 1, {.run = "b", .prefix = "p"}).step == 1);
}

TEST_CASE("with overwriting the writer that saves last wins, and takes later steps away",
          "[store]") {
    const TempDir dir;
    Store one(dir / "run.db");
    Store two(dir / "run.db");
    for (std::int64_t step = 1; step <= 4; ++step) save_step(one, step);
    two.save(state_at(3), {.step = 3, .overwrite = true});
    CHECK(steps_of(one.checkpoints()) == std::vector<std::int64_t>{3, 2, 1});
    CHECK(one.load(*one.latest()) == state_at(3));
    CHECK(save_step(one, 4).step == 4);
}

}  // namespace
}  // namespace ckptlite::test
