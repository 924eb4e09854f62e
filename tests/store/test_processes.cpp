// SPDX-License-Identifier: MIT
#include <atomic>
#include <future>

#include "store/child_process.hpp"
#include "store/raw_sql.hpp"
#include "store/store_values.hpp"
#include "support/catch.hpp"
#include "support/temp_dir.hpp"

namespace ckptlite::test {
namespace {

constexpr std::int64_t kSaves = 25;

void save_run(Store& store, const std::string& run) {
    const std::int64_t offset = run == "a" ? 0 : 1000;  // two runs share no content
    for (std::int64_t step = 1; step <= kSaves; ++step) {
        store.log(step, loss_of(0.5), run);
        store.save(state_at(offset + step, 300'000), {.run = run, .step = step});
    }
}

/// Everything a reader sees is complete and what it must be. Returns how many checkpoints it saw.
std::size_t read_all(const Store& store) {
    const auto found = store.checkpoints();
    for (const CheckpointInfo& checkpoint : found) {
        const std::int64_t offset = checkpoint.run == "a" ? 0 : 1000;
        if (store.load(checkpoint) != state_at(offset + checkpoint.step, 300'000)) {
            throw std::runtime_error("a reader saw something else than was saved");
        }
    }
    return found.size();
}

void check_both_runs(const Store& store) {
    for (const char* run : {"a", "b"}) {
        CHECK(store.checkpoints({.run = run}).size() == kSaves);
        CHECK(store.history(kLoss, run).size() == kSaves);
    }
    CHECK(read_all(store) == 2 * kSaves);
    CHECK(store.verify(true).ok());
}

void write_and_read_in_processes(JournalMode journal) {
    const TempDir dir;
    const auto file = dir / "run.db";
    const StoreOptions options{.journal = journal, .threads = 1};
    const auto writer = [&](const char* run) {
        return [&file, &options, run](const ChildProcess::Report&) {
            Store store(file, options);  // both make the new file at once
            save_run(store, run);
            store.close();
        };
    };
    ChildProcess first(writer("a"));
    ChildProcess second(writer("b"));
    ChildProcess reader([&](const ChildProcess::Report&) {
        const Store store(file, options);
        while (read_all(store) < 2 * kSaves) {
        }
    });
    CHECK(first.wait());
    CHECK(second.wait());
    CHECK(reader.wait());
    const Store store(file);
    check_both_runs(store);
    CHECK(RawSql(file).count("run") == 2);
}

TEST_CASE("two processes write one new file while a third reads", "[store]") {
    write_and_read_in_processes(JournalMode::rollback);
}

TEST_CASE("two processes write one new WAL file while a third reads", "[store]") {
    write_and_read_in_processes(JournalMode::wal);
}

void write_and_read_in_threads(JournalMode journal) {
    const TempDir dir;
    Store store(dir / "run.db", {.journal = journal, .threads = 2});
    std::vector<std::future<void>> threads;
    const auto start = [&](auto body) { threads.push_back(std::async(std::launch::async, body)); };
    start([&] { save_run(store, "a"); });
    start([&] { save_run(store, "b"); });
    for (int i = 0; i < 4; ++i) {
        start([&] {
            while (read_all(store) < 2 * kSaves) static_cast<void>(store.history(kLoss, "a"));
        });
    }
    for (auto& thread : threads) thread.get();
    store.flush();
    check_both_runs(store);
}

TEST_CASE("two threads save through one store while four read", "[store][concurrent]") {
    write_and_read_in_threads(JournalMode::rollback);
}

TEST_CASE("two threads save through one WAL store while four read", "[store][concurrent]") {
    write_and_read_in_threads(JournalMode::wal);
}

TEST_CASE("threads may log, flush, pin and read at once", "[store][concurrent]") {
    const TempDir dir;
    Store store(dir / "run.db", {.threads = 2, .log_buffer = 8});
    const auto saved = save_step(store, 1);
    const auto log = [&](const char* run) {
        for (std::int64_t step = 0; step < 60; ++step) store.log(step, loss_of(1), run);
    };
    auto a = std::async(std::launch::async, log, "a");
    auto b = std::async(std::launch::async, log, "b");
    for (int i = 0; i < 20; ++i) {
        store.pin(saved, i % 2 == 0);
        store.flush();
        static_cast<void>(store.history(kLoss, "a"));
    }
    a.get();
    b.get();
    store.flush();
    CHECK(store.history(kLoss, "a").size() == 60);
    CHECK(store.history(kLoss, "b").size() == 60);
}

}  // namespace
}  // namespace ckptlite::test
