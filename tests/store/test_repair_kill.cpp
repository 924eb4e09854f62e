// SPDX-License-Identifier: MIT
// verify, compact, backup and salvage, killed at random moments while another process saves.
#include <chrono>

#include "store/repair_cases.hpp"
#include "support/temp_dir.hpp"

namespace ckptlite::test {
namespace {

namespace fs = std::filesystem;
using std::chrono::nanoseconds;
using std::chrono::steady_clock;

constexpr std::size_t kTreeBytes = 1'200'000;
constexpr std::int64_t kLast = 4;

/// A store with as much free space as data, so that each operation has something to do.
void make_store(const fs::path& file) {
    Store store(file, {.threads = 1});
    for (std::int64_t step = 1; step <= 2 * kLast; ++step) {
        store.save(state_at(step, kTreeBytes), {.step = step, .metrics = loss_of(1)});
    }
    store.retain({.last = kLast}, "default", "checkpoint");
}

nanoseconds time_of(const Operation& operation, const fs::path& file, const fs::path& out) {
    const auto start = steady_clock::now();
    operation.run(file, out);
    const auto taken = steady_clock::now() - start;
    fs::remove(out);
    return taken;
}

/// Kills the operation, which begins anew whenever it is done and must not have failed, and then
/// the writer. Returns the newest step that the writer confirmed, 0 for none.
std::int64_t kill_both(const Operation& operation, const fs::path& file, const fs::path& out,
                       nanoseconds wait) {
    ChildProcess writer([&](const auto& report) { keep_saving(file, kTreeBytes, kLast, report); });
    ChildProcess repair([&](const auto& report) {
        for (std::int64_t n = 1;; ++n) {
            report(n);
            operation.run(file, out);
            if (fs::exists(out)) fs::rename(out, out.string() + ".done");
        }
    });
    REQUIRE(repair.next());  // it has begun
    pause(wait);
    repair.kill();
    REQUIRE(repair.was_killed());
    std::int64_t confirmed = writer.next().value_or(-1);  // it goes on, whatever was left behind
    writer.kill();
    while (const auto step = writer.next()) confirmed = *step;
    return confirmed;
}

void check_after_kill(const fs::path& file, std::int64_t confirmed) {
    Store store(file, {.threads = 1});
    require_sound(store);
    const auto found = store.checkpoints();
    REQUIRE(found.size() == static_cast<std::size_t>(kLast));
    for (const CheckpointInfo& checkpoint : found) {
        REQUIRE(store.load(checkpoint) == state_at(checkpoint.step, kTreeBytes));
    }
    REQUIRE(found.front().step >= confirmed);
    REQUIRE(found.front().step <= confirmed + 1);
}

/// Whole or not there.
void check_out(const fs::path& file) {
    if (!fs::exists(file)) return;
    const Store store(file, {.mode = OpenMode::read_only, .threads = 1});
    require_sound(store);
    const auto found = store.checkpoints();
    REQUIRE(found.size() == static_cast<std::size_t>(kLast));
    for (const CheckpointInfo& checkpoint : found) {
        REQUIRE(store.load(checkpoint) == state_at(checkpoint.step, kTreeBytes));
    }
}

/// Only the new file under its temporary name may be left behind.
void clean_up(const fs::path& dir) {
    for (const auto& entry : fs::directory_iterator(dir)) {
        const std::string name = entry.path().filename().string();
        if (name.starts_with("run.db")) continue;
        const bool expected =
            name == "out.db" || name == "out.db.done" || name.starts_with("out.db.new-");
        CAPTURE(name);
        REQUIRE(expected);
        fs::remove(entry.path());
    }
}

void kill_each(int kills) {
    const std::uint64_t seed = std::random_device{}();
    std::mt19937_64 random(seed);
    for (const Operation& operation : kOperations) {
        const TempDir dir;
        const auto file = dir / "run.db";
        const auto out = dir / "out.db";
        make_store(file);
        // With the writer at work it takes longer than alone.
        const auto range = static_cast<std::uint64_t>(time_of(operation, file, out).count()) * 4;
        for (int kill = 0; kill < kills; ++kill) {
            CAPTURE(seed, operation.name, kill);
            const nanoseconds wait(random() % (range + 1));
            const std::int64_t confirmed = kill_both(operation, file, out, wait);
            REQUIRE(confirmed > 0);
            check_after_kill(file, confirmed);
            check_out(out);
            check_out(out.string() + ".done");
            clean_up(dir.path());
        }
    }
}

TEST_CASE("verify, compact, backup and salvage killed beside a writer harm nothing", "[store]") {
    kill_each(9);
}

TEST_CASE("verify, compact, backup and salvage killed 200 times each beside a writer harm nothing",
          "[store][long]") {
    kill_each(200);
}

}  // namespace
}  // namespace ckptlite::test
