// SPDX-License-Identifier: MIT
// SIGKILL at a random moment of save after save, in one store that lives through all of it.
#include <chrono>

#include "faults/check_after.hpp"
#include "store/child_process.hpp"
#include "support/catch.hpp"
#include "support/seed.hpp"
#include "support/temp_dir.hpp"

namespace ckptlite::test {
namespace {

using std::chrono::nanoseconds;
using std::chrono::steady_clock;

/// Runs the loop in a child and kills that.
class Killer {
public:
    Killer(const std::filesystem::path& file, std::mt19937_64& random)
        : file_(file), random_(random) {}

    nanoseconds time_of_a_change(const Operation& loop) const {
        ChildProcess child = start(loop);
        constexpr int kChanges = 5;
        if (!child.next()) throw std::runtime_error("the loop does not run");
        const auto begin = steady_clock::now();
        for (int i = 0; i < kChanges; ++i) static_cast<void>(child.next());
        return (steady_clock::now() - begin) / kChanges;
    }

    /// Kills it soon after it has begun or changed something; returns the number of changes.
    std::size_t kill(const Operation& loop, nanoseconds change) const {
        ChildProcess child = start(loop);
        std::size_t confirmed = 0;
        for (std::uint64_t wait_for = random_() % 3; confirmed < wait_for; ++confirmed) {
            if (!child.next()) throw std::runtime_error("the child failed by itself");
        }
        // The moment is what is random here: nothing to wait for tells of the middle of a save.
        pause(nanoseconds(random_() % static_cast<std::uint64_t>(change.count() * 3 / 2 + 1)));
        child.kill();
        while (child.next()) ++confirmed;
        return confirmed;
    }

private:
    ChildProcess start(const Operation& loop) const {
        return ChildProcess([&loop, this](const ChildProcess::Report& report) {
            loop.run(file_, [&] { report(1); });
        });
    }

    const std::filesystem::path& file_;
    std::mt19937_64& random_;
};

std::int64_t latest_step(const std::filesystem::path& file) {
    return Store(file, kOptions).latest()->step;
}

/// `kills` of one loop, in one store that lives through all of them.
void kill_at_random(Operation (&loop_after)(std::int64_t), JournalMode journal, int kills) {
    const std::uint64_t seed = test_seed();
    std::mt19937_64 random(seed);
    const TempDir dir(memory_folder());
    const auto file = dir / "run.db";
    Operation loop = loop_after(kSaved);
    loop.prepare(file, journal);
    const Killer killer(file, random);
    const nanoseconds change = killer.time_of_a_change(loop);
    Tally tally("kill at a random moment, " + title(loop, journal), "kills", seed);
    for (int kill = 0; kill < kills; ++kill) {
        loop = loop_after(latest_step(file));
        tally.add("kill " + std::to_string(kill),
                  [&] { check_after(file, loop, killer.kill(loop, change)); });
    }
    tally.finish();
}

void kill_every_loop(int kills) {
    for (const JournalMode journal : kJournals) {
        kill_at_random(save_loop, journal, kills);
        kill_at_random(asynchronous_save_loop, journal, kills);
    }
}

TEST_CASE("a save loop killed at any moment leaves complete checkpoints only", "[faults][kill]") {
    kill_every_loop(40);
}

TEST_CASE("a save loop killed ten thousand times leaves complete checkpoints only",
          "[faults][kill][long]") {
    kill_every_loop(2500);
}

}  // namespace
}  // namespace ckptlite::test
