// SPDX-License-Identifier: MIT
#include <algorithm>

#include "ckptlite/error.hpp"
#include "store/sound_store.hpp"
#include "store/store_values.hpp"
#include "support/temp_dir.hpp"
#include "support/throws.hpp"

namespace ckptlite::test {
namespace {

constexpr std::size_t kTreeBytes = 1'200'000;

void save_state(Store& store, std::int64_t step) {
    store.save(state_at(step, kTreeBytes), {.step = step});
}

/// Steps 1 to n, of which all but the last were removed.
void save_and_remove(Store& store, std::int64_t n) {
    for (std::int64_t step = 1; step <= n; ++step) save_state(store, step);
    store.retain({.last = 1}, "default", "checkpoint");
}

void require_state(const Store& store, std::int64_t step) {
    REQUIRE(store.load(*store.latest()) == state_at(step, kTreeBytes));
    require_sound(store);
}

TEST_CASE("compact gives free pages back to the file system", "[store]") {
    const TempDir dir;
    Store store(dir / "run.db");
    save_and_remove(store, 8);
    const CompactPlan plan = store.plan_compact();
    const CompactReport report = store.compact();
    CHECK(plan.nbytes == report.nbytes_before);
    CHECK(plan.reclaimable() == report.nbytes_before - report.nbytes_after);
    CHECK(plan.needed_nbytes <= 5 * plan.reclaimable());
    CHECK(report.nbytes_after == std::filesystem::file_size(store.file()));
    CHECK(report.nbytes_after < 2 * kTreeBytes);
    CHECK(report.nbytes_before > 6 * kTreeBytes);
    CHECK(report.free_nbytes == 0);
    require_state(store, 8);
    save_state(store, 9);
    require_state(store, 9);
}

TEST_CASE("compact deletes retired trees, trees without checkpoint, chunks without leaf",
          "[store]") {
    const TempDir dir;
    Store store(dir / "run.db");
    for (std::int64_t step = 1; step <= 4; ++step) save_state(store, step);
    RawSql raw(store.file());
    raw.run("DELETE FROM checkpoint WHERE step < 4");
    raw.run("UPDATE tree SET staged_by = '{\"retired\": true}' WHERE id = 1");
    raw.run("DELETE FROM leaf_chunk WHERE leaf_id IN (SELECT id FROM leaf WHERE tree_id = 3)");
    raw.run("DELETE FROM leaf WHERE tree_id = 3");
    raw.run("DELETE FROM tree WHERE id = 3");
    raw.run("DELETE FROM run_digest WHERE kind = 'checkpoint' AND id < 4");
    raw.run("DELETE FROM run_digest WHERE kind = 'tree' AND id IN (1, 3)");
    const CompactPlan plan = store.plan_compact();
    CHECK(plan.garbage_nbytes > 2 * kTreeBytes);
    const CompactReport report = store.compact();
    CHECK(report.garbage_nbytes == plan.garbage_nbytes);
    CHECK(report.nbytes_after < 2 * kTreeBytes);
    CHECK(raw.count("tree") == 1);
    CHECK(raw.count("chunk WHERE id NOT IN (SELECT chunk_id FROM leaf_chunk)") == 0);
    require_state(store, 4);
}

TEST_CASE("compact leaves what another writer is writing", "[store]") {
    const TempDir dir;
    Store store(dir / "run.db");
    save_state(store, 1);
    RawSql raw(store.file());
    raw.run(
        "INSERT INTO tree (n_leaves, nbytes, stored_nbytes, staged_by, structure) VALUES"
        " (0, 0, 0, '{\"host\": \"elsewhere\", \"token\": \"\"}', 'null')");
    store.compact();
    CHECK(raw.count("tree WHERE staged_by IS NOT NULL") == 1);
    require_state(store, 1);
}

TEST_CASE("a compact file stays as it is, and says so", "[store]") {
    const TempDir dir;
    Store store(dir / "run.db");
    save_state(store, 1);
    store.compact();
    const CompactPlan plan = store.plan_compact();
    CHECK(plan.reclaimable() == 0);
    CHECK(plan.needed_nbytes == 0);
    const CompactReport report = store.compact();
    CHECK(report.nbytes_before == report.nbytes_after);
    require_state(store, 1);
}

TEST_CASE("a store in WAL mode gets shorter, too", "[store]") {
    const TempDir dir;
    Store store(dir / "run.db", {.journal = JournalMode::wal});
    save_and_remove(store, 8);
    const CompactReport report = store.compact();
    CHECK(report.nbytes_after == std::filesystem::file_size(store.file()));
    CHECK(report.nbytes_after < 2 * kTreeBytes);
    CHECK(std::filesystem::file_size(dir / "run.db-wal") == 0);
    require_state(store, 8);
}

TEST_CASE("a file that was made without auto_vacuum is refused, and says what to do", "[store]") {
    const TempDir dir;
    const auto file = dir / "run.db";
    {
        Store store(file);
        save_and_remove(store, 3);
    }
    RawSql(file).run("PRAGMA auto_vacuum = 0; VACUUM");
    Store store(file);
    REQUIRE_THROWS_SAYING(store.plan_compact(), InvalidArgument, "ckptlite salvage");
    REQUIRE_THROWS_SAYING(store.compact(), InvalidArgument, "ckptlite salvage");
    require_state(store, 3);
}

TEST_CASE("a reader that does not end makes compact give up, and nothing is lost", "[store]") {
    const TempDir dir;
    Store store(dir / "run.db", {.write_timeout = std::chrono::milliseconds(30)});
    save_and_remove(store, 8);
    RawSql reader(store.file());
    reader.run("BEGIN");
    const std::int64_t seen = reader.count("chunk");
    REQUIRE_THROWS_SAYING(store.compact(), Busy, "stays so");
    CHECK(reader.count("chunk") == seen);
    reader.run("COMMIT");
    CHECK(store.compact().nbytes_after < 2 * kTreeBytes);
    require_state(store, 8);
}

TEST_CASE("what a progress callback throws ends compact, and what was done stays", "[store]") {
    struct Stop {};
    const TempDir dir;
    Store store(dir / "run.db");
    save_and_remove(store, 24);
    const auto before = std::filesystem::file_size(store.file());
    std::vector<Progress> seen;
    CHECK_THROWS_AS(store.compact([&](const Progress& progress) {
        seen.push_back(progress);
        throw Stop();
    }),
                    Stop);
    REQUIRE(seen.size() == 1);
    CHECK(seen[0].done <= seen[0].total);
    const auto after = std::filesystem::file_size(store.file());
    CHECK(after < before);
    CHECK(after > 2 * kTreeBytes);
    require_state(store, 24);
    store.compact([&](const Progress& progress) { seen.push_back(progress); });
    CHECK(seen.back().done == seen.back().total);
    require_state(store, 24);
}

TEST_CASE("a store that was opened read-only cannot be compacted, but planned", "[store]") {
    const TempDir dir;
    const auto file = dir / "run.db";
    {
        Store store(file);
        save_and_remove(store, 3);
    }
    Store store(file, {.mode = OpenMode::read_only});
    CHECK(store.plan_compact().free_nbytes > kTreeBytes);
    CHECK_THROWS_AS(store.compact(), InvalidArgument);
}

}  // namespace
}  // namespace ckptlite::test
