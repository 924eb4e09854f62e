// SPDX-License-Identifier: MIT
// Disks that are really full, and files that may not grow.
#include <sys/resource.h>

#include "ckptlite/error.hpp"
#include "store/raw_sql.hpp"
#include "store/small_disk.hpp"
#include "store/store_values.hpp"
#include "support/temp_dir.hpp"

namespace ckptlite::test {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMiB = 1 << 20;

StoreOptions options(JournalMode journal = JournalMode::keep) {
    return {.journal = journal,
            .compression = Compression::none,
            .threads = 1,
            .log_interval = std::chrono::hours(1)};
}

/// What DiskFull says; throws if it is not thrown.
std::string disk_full_text(const std::function<void()>& call) {
    try {
        call();
    } catch (const DiskFull& error) {
        must(error.code() == ErrorCode::disk_full, "the code is disk_full");
        return error.what();
    }
    throw std::runtime_error("the disk was not full");
}

void must_say(const std::string& said, const std::string& words) {
    must(said.find(words) != std::string::npos, "'" + said + "' says '" + words + "'");
}

CheckpointInfo save_mib(Store& store, std::int64_t step, std::size_t mib) {
    return store.save(state_at(step, mib * kMiB), {.step = step});
}

void must_be_sound(const Store& store) {
    must(store.verify(true).ok(), "the store is sound");
    RawSql raw(store.file());
    must(raw.count("tree WHERE staged_by IS NOT NULL") == 0, "nothing half-written is left");
    must(raw.count("chunk WHERE id NOT IN (SELECT chunk_id FROM leaf_chunk)") == 0, "no orphans");
}

/// A save that does not fit, then room made by deleting, then a save into it: in WAL mode that one
/// needs room for its log, too.
void fill_and_prune(const fs::path& file, JournalMode journal, std::size_t mib, std::size_t next) {
    Store store(file, options(journal));
    const auto first = save_mib(store, 1, mib);
    const auto second = save_mib(store, 2, 1);
    const std::string said = disk_full_text([&] { save_mib(store, 3, 3 * mib); });
    must_say(said, "run 'default', step 3: this save needs up to about ");
    must_say(said, " MiB are free on its file system");
    must_say(said, "delete checkpoints (retain, remove");
    must_be_sound(store);
    must(store.load(first) == state_at(1, mib * kMiB), "what was stored is there");
    store.remove(first);
    must_be_sound(store);
    const auto third = save_mib(store, 3, next);
    must(store.load(third) == state_at(3, next * kMiB), "the next save works");
    must(store.load(second) == state_at(2, kMiB), "the second checkpoint is there");
    must_be_sound(store);
}

TEST_CASE("a save on a full disk says what it needs, and deleting makes room for it", "[store]") {
    const TempDir dir;
    on_small_disk(dir.path(), 8,
                  [&] { fill_and_prune(dir / "run.db", JournalMode::rollback, 3, 2); });
}

TEST_CASE("a save of several batches on a full disk takes them all back", "[store]") {
    const TempDir dir;
    on_small_disk(dir.path(), 80,
                  [&] { fill_and_prune(dir / "run.db", JournalMode::rollback, 30, 25); });
}

TEST_CASE("a WAL store on a full disk goes on after deleting", "[store]") {
    const TempDir dir;
    on_small_disk(dir.path(), 14, [&] { fill_and_prune(dir / "run.db", JournalMode::wal, 3, 1); });
    on_small_disk(dir.path(), 110,
                  [&] { fill_and_prune(dir / "run.db", JournalMode::wal, 30, 4); });
}

TEST_CASE("deleting works in the room that saves leave alone", "[store]") {
    const TempDir dir;
    on_small_disk(dir.path(), 60, [&] {
        Store store(dir / "run.db", options());
        save_mib(store, 1, 20);
        save_mib(store, 2, 20);
        fill_disk(dir / "other", 2 * kMiB);
        must_say(disk_full_text([&] { save_mib(store, 3, 1); }), "kept for deleting");
        must(store.retain({.last = 1}, "default", "checkpoint").size() == 2, "retain works");
        must_be_sound(store);
        must(RawSql(store.file()).number("PRAGMA freelist_count") * 32768 > 19 * 1'000'000,
             "its pages are free");
        save_mib(store, 3, 15);
        must(steps_of(store.checkpoints()) == std::vector<std::int64_t>{3, 2}, "2 and 3 are there");
        must_be_sound(store);
    });
}

TEST_CASE("without a free byte every write says that the disk is full, and changes nothing",
          "[store]") {
    const TempDir dir;
    on_small_disk(dir.path(), 8, [&] {
        Store store(dir / "run.db", options());
        const auto saved = save_mib(store, 1, 1);
        fill_disk(dir / "other", 0);
        must_say(disk_full_text([&] { store.pin(saved); }), "the disk is full: 0.0 MiB are free");
        disk_full_text([&] { store.remove(saved); });
        disk_full_text([&] { save_step(store, 2); });
        must(store.load(saved) == state_at(1, kMiB), "reading goes on");
        fs::remove(dir / "other");
        store.pin(saved);
        must(save_step(store, 2).step == 2, "saving goes on");
        must_be_sound(store);
    });
}

TEST_CASE("metrics logged while the disk is full are written when it is not", "[store]") {
    const TempDir dir;
    on_small_disk(dir.path(), 8, [&] {
        Store store(dir / "run.db", options());
        fill_disk(dir / "other", 0);
        for (std::int64_t step = 0; step < 100; ++step) store.log(step, loss_of(0.5));
        must_say(disk_full_text([&] { store.flush(); }), "nothing stored is lost");
        store.log(100, loss_of(0.5));
        disk_full_text([&] { store.flush(); });
        fs::remove(dir / "other");
        store.flush();
        must(store.history(kLoss).size() == 101, "all values are there");
    });
}

TEST_CASE("a store that finds no room to be made leaves nothing behind", "[store]") {
    const TempDir dir;
    on_small_disk(dir.path(), 4, [&] {
        fill_disk(dir / "other", 100'000);
        for (const auto journal : {JournalMode::rollback, JournalMode::wal}) {
            must_say(disk_full_text([&] { Store(dir / "run.db", options(journal)); }),
                     "cannot be made here, for the disk is full: 0.1 MiB are free");
            const fs::directory_iterator files(dir.path());
            must(std::distance(begin(files), end(files)) == 1, "only the filler is there");
        }
        fs::remove(dir / "other");
        must(save_step(*std::make_unique<Store>(dir / "run.db"), 1).step == 1, "now there is room");
    });
}

TEST_CASE("a file that reaches the size limit of the process says so and goes on later",
          "[store]") {
    const TempDir dir;
    ChildProcess child([&](const ChildProcess::Report&) {
        std::signal(SIGXFSZ, SIG_IGN);
        Store store(dir / "run.db", options());
        const auto saved = save_mib(store, 1, 1);
        rlimit limit{};
        ::getrlimit(RLIMIT_FSIZE, &limit);
        const rlim_t before = std::exchange(limit.rlim_cur, 3 * kMiB);
        ::setrlimit(RLIMIT_FSIZE, &limit);
        const std::string said = disk_full_text([&] { save_mib(store, 2, 5); });
        must_say(said, "ulimit -f");
        must_say(said, "needs up to about 5.0 MiB more");
        must_be_sound(store);
        must(store.load(saved) == state_at(1, kMiB), "what was stored is there");
        limit.rlim_cur = before;
        ::setrlimit(RLIMIT_FSIZE, &limit);
        save_mib(store, 2, 5);
        must_be_sound(store);
    });
    CHECK(child.wait());
}

}  // namespace
}  // namespace ckptlite::test
