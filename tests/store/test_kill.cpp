// SPDX-License-Identifier: MIT
#include <chrono>

#include "store/child_process.hpp"
#include "store/raw_sql.hpp"
#include "store/store_values.hpp"
#include "support/catch.hpp"
#include "support/temp_dir.hpp"

namespace ckptlite::test {
namespace {

using std::chrono::nanoseconds;
using std::chrono::steady_clock;

constexpr std::size_t kTreeBytes = 1'200'000;
constexpr int kKills = 100;

CheckpointInfo save_state(Store& store, std::int64_t step) {
    return store.save(state_at(step, kTreeBytes),
                      {.step = step,
                       .metrics = loss_of(1.0 / static_cast<double>(step)),
                       .overwrite = true,
                       .retention = {.last = 3}});
}

/// The save loop that is killed. Reports each step once its save has returned.
void save_for_ever(const std::filesystem::path& file, const ChildProcess::Report& report) {
    Store store(file, {.threads = 2});
    for (std::int64_t step = store.latest()->step + 1;; ++step) {
        save_state(store, step);
        report(step);
    }
}

nanoseconds time_of_a_save(const std::filesystem::path& file) {
    Store store(file, {.threads = 2});
    save_state(store, 1);
    const auto start = steady_clock::now();
    for (std::int64_t step = 2; step <= 6; ++step) save_state(store, step);
    return (steady_clock::now() - start) / 5;
}

/// Kills a save loop at a random moment; returns the newest step it confirmed, 0 for none.
std::int64_t kill_a_save_loop(const std::filesystem::path& file, std::mt19937_64& random,
                              nanoseconds save_time) {
    ChildProcess child([&](const auto& report) { save_for_ever(file, report); });
    std::int64_t confirmed = 0;
    for (std::uint64_t wait_for = random() % 3; wait_for > 0; --wait_for) {
        confirmed = child.next().value_or(-1);
    }
    // The moment is what is random here: nothing to wait for tells of the middle of a save.
    const auto range = static_cast<std::uint64_t>(save_time.count()) * 3 / 2 + 1;
    pause(nanoseconds(random() % range));
    child.kill();
    while (const auto step = child.next()) confirmed = *step;
    return confirmed;
}

void check_after_kill(const std::filesystem::path& file, std::int64_t confirmed) {
    Store store(file, {.threads = 2});
    const VerifyReport report = store.verify(true);
    for (const VerifyProblem& problem : report.problems) {
        UNSCOPED_INFO(problem.where << ": " << problem.what);
    }
    REQUIRE(report.ok());
    const auto found = store.checkpoints();
    REQUIRE(found.size() == 3);
    for (const CheckpointInfo& checkpoint : found) {
        REQUIRE(store.load(checkpoint) == state_at(checkpoint.step, kTreeBytes));
    }
    const std::int64_t latest = found.front().step;
    REQUIRE(latest >= confirmed);
    if (confirmed != 0) REQUIRE(latest <= confirmed + 1);
    REQUIRE(save_state(store, latest + 1).step == latest + 1);
    store.close();
    RawSql raw(file);
    REQUIRE(raw.count("tree WHERE staged_by IS NOT NULL") == 0);
    REQUIRE(raw.count("tree") == 3);
    REQUIRE(raw.count("chunk WHERE id NOT IN (SELECT chunk_id FROM leaf_chunk)") == 0);
    REQUIRE(raw.count("metric") == latest + 1);
}

TEST_CASE("a save loop killed at any moment leaves complete checkpoints only", "[store]") {
    const TempDir dir;
    const auto file = dir / "run.db";
    const std::uint64_t seed = std::random_device{}();
    std::mt19937_64 random(seed);
    const nanoseconds save_time = time_of_a_save(file);
    CAPTURE(seed, save_time.count());
    for (int kill = 0; kill < kKills; ++kill) {
        CAPTURE(kill);
        const std::int64_t confirmed = kill_a_save_loop(file, random, save_time);
        REQUIRE(confirmed >= 0);
        check_after_kill(file, confirmed);
    }
}

}  // namespace
}  // namespace ckptlite::test
