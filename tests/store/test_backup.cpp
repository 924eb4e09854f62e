// SPDX-License-Identifier: MIT
#include "ckptlite/error.hpp"
#include "store/sound_store.hpp"
#include "store/store_values.hpp"
#include "support/temp_dir.hpp"
#include "support/throws.hpp"

namespace ckptlite::test {
namespace {

namespace fs = std::filesystem;
using Steps = std::vector<std::int64_t>;

constexpr std::size_t kTreeBytes = 1'200'000;

void save_state(Store& store, std::int64_t step) {
    store.save(state_at(step, kTreeBytes), {.step = step, .metrics = loss_of(0.5)});
}

void require_states(const fs::path& file, const Steps& steps) {
    const Store store(file, {.mode = OpenMode::read_only});
    REQUIRE(steps_of(store.checkpoints()) == steps);
    for (const CheckpointInfo& checkpoint : store.checkpoints()) {
        REQUIRE(store.load(checkpoint) == state_at(checkpoint.step, kTreeBytes));
    }
    require_sound(store);
}

TEST_CASE("a backup is a store of its own with all that was in the file", "[store]") {
    const TempDir dir;
    Store store(dir / "run.db");
    for (std::int64_t step = 1; step <= 3; ++step) save_state(store, step);
    store.log(4, loss_of(0.25));  // still in memory
    std::vector<Progress> seen;
    store.backup(dir / "copy.db", [&](const Progress& progress) { seen.push_back(progress); });
    REQUIRE(!seen.empty());
    CHECK(seen.back().done == seen.back().total);
    CHECK(files_beside(dir / "copy.db") == std::vector<std::string>{"run.db"});
    require_states(dir / "copy.db", {3, 2, 1});
    Store copy(dir / "copy.db");
    CHECK(copy.history(kLoss).size() == 4);
    save_state(copy, 5);
    CHECK(store.latest()->step == 3);
}

TEST_CASE("a backup replaces nothing and follows no link", "[store]") {
    const TempDir dir;
    Store store(dir / "run.db");
    save_state(store, 1);
    RawSql(dir / "other.db").run("CREATE TABLE other (x)");
    const auto size = fs::file_size(dir / "other.db");
    fs::create_symlink(dir / "nowhere.db", dir / "link.db");
    fs::create_directory(dir / "folder");
    for (const char* const out : {"run.db", "other.db", "link.db", "folder"}) {
        CAPTURE(out);
        REQUIRE_THROWS_SAYING(store.backup(dir / out), AlreadyExists, out);
    }
    CHECK(fs::file_size(dir / "other.db") == size);
    CHECK(!fs::exists(dir / "nowhere.db"));
    CHECK(files_beside(dir / "run.db").size() == 3);
    CHECK_THROWS_AS(store.backup(dir / "none" / "copy.db"), NotFound);
    CHECK_THROWS_AS(store.backup(""), InvalidArgument);
    require_states(store.file(), {1});
}

TEST_CASE("something that gets the name meanwhile stays, and the backup is gone", "[store]") {
    const TempDir dir;
    Store store(dir / "run.db");
    save_state(store, 1);
    const auto out = dir / "copy.db";
    CHECK_THROWS_AS(store.backup(out,
                                 [&](const Progress&) {
                                     if (!fs::exists(out)) fs::create_directory(out);
                                 }),
                    AlreadyExists);
    CHECK(fs::is_directory(out));
    CHECK(files_beside(out) == std::vector<std::string>{"run.db"});
}

TEST_CASE("what a progress callback throws ends a backup, and nothing of it stays", "[store]") {
    struct Stop {};
    const TempDir dir;
    Store store(dir / "run.db");
    for (std::int64_t step = 1; step <= 6; ++step) save_state(store, step);
    CHECK_THROWS_AS(store.backup(dir / "copy.db", [](const Progress&) { throw Stop(); }), Stop);
    CHECK(files_beside(dir / "run.db").empty());
    save_state(store, 7);
    require_sound(store);
}

TEST_CASE("a backup is of one moment, whatever is saved meanwhile", "[store]") {
    const TempDir dir;
    Store store(dir / "run.db", {.journal = JournalMode::wal});
    for (std::int64_t step = 1; step <= 6; ++step) save_state(store, step);
    std::int64_t step = 6;
    store.backup(dir / "copy.db", [&](const Progress&) { save_state(store, ++step); });
    CHECK(step > 6);
    CHECK(store.latest()->step == step);
    CHECK(RawSql(dir / "copy.db").text("PRAGMA journal_mode") == "delete");
    require_states(dir / "copy.db", {6, 5, 4, 3, 2, 1});
}

TEST_CASE("a backup has no free pages", "[store]") {
    const TempDir dir;
    Store store(dir / "run.db");
    for (std::int64_t step = 1; step <= 8; ++step) save_state(store, step);
    store.retain({.last = 1}, "default", "checkpoint");
    store.backup(dir / "copy.db");
    CHECK(fs::file_size(dir / "copy.db") < 2 * kTreeBytes);
    CHECK(fs::file_size(dir / "run.db") > 6 * kTreeBytes);
    require_states(dir / "copy.db", {8});
}

TEST_CASE("a backup has no half-written trees", "[store]") {
    const TempDir dir;
    Store store(dir / "run.db");
    for (std::int64_t step = 1; step <= 3; ++step) save_state(store, step);
    RawSql raw(dir / "run.db");
    // As another machine would leave them, of which nobody here knows whether it is alive.
    raw.run(
        "PRAGMA foreign_keys = OFF; DELETE FROM checkpoint WHERE step < 3;"
        "UPDATE tree SET staged_by = "
        "'{\"host\":\"other\",\"boot\":\"b\",\"pid\":1,\"started\":\"1\","
        "\"token\":\"t\"}' WHERE id NOT IN (SELECT tree_id FROM checkpoint)");
    store.backup(dir / "copy.db");
    RawSql copy(dir / "copy.db");
    CHECK(copy.count("tree") == 1);
    CHECK(copy.count("chunk WHERE id NOT IN (SELECT chunk_id FROM leaf_chunk)") == 0);
    CHECK(raw.count("tree") == 3);
    CHECK(fs::file_size(dir / "copy.db") < 2 * kTreeBytes);
    CHECK(Store(dir / "copy.db").latest()->step == 3);
}

TEST_CASE("who may not read the file may not read its backup", "[store]") {
    const TempDir dir;
    Store store(dir / "run.db");
    save_state(store, 1);
    fs::permissions(dir / "run.db", fs::perms::owner_read | fs::perms::owner_write);
    store.backup(dir / "copy.db");
    CHECK(fs::status(dir / "copy.db").permissions() == fs::status(dir / "run.db").permissions());
}

TEST_CASE("a store that was opened read-only can be backed up", "[store]") {
    const TempDir dir;
    {
        Store store(dir / "run.db");
        save_state(store, 1);
    }
    Store(dir / "run.db", {.mode = OpenMode::read_only}).backup(dir / "copy.db");
    require_states(dir / "copy.db", {1});
}

}  // namespace
}  // namespace ckptlite::test
