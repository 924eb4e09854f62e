// SPDX-License-Identifier: MIT
// merge, killed at random moments: the file it merges into is as it was, or has all of it.
#include <chrono>
#include <random>

#include "ckptlite/merge.hpp"
#include "store/child_process.hpp"
#include "store/sound_store.hpp"
#include "store/store_values.hpp"
#include "support/temp_dir.hpp"

namespace ckptlite::test {
namespace {

namespace fs = std::filesystem;
using std::chrono::nanoseconds;
using std::chrono::steady_clock;
using Steps = std::vector<std::int64_t>;

constexpr std::size_t kTreeBytes = 12 << 20;  // a tree is staged in several transactions
constexpr std::int64_t kSteps = 3;

/// A file to merge into, and one that is merged.
class Merge {
public:
    Merge() {
        {
            Store store(start);
            store.save(state_at(1, 40'000), {.run = "mine", .step = 1, .metrics = loss_of(1)});
        }
        Store store(in);
        for (std::int64_t step = 1; step <= kSteps; ++step) {
            store.save(state_at(step, kTreeBytes),
                       {.run = "theirs", .step = step, .metrics = loss_of(1)});
        }
    }

    void begin_anew(bool into_new) const {
        for (const auto& entry : fs::directory_iterator(dir.path())) {
            if (entry.path().filename().string().starts_with("out")) fs::remove(entry.path());
        }
        if (!into_new) fs::copy_file(start, out);
    }
    void run() const {
        const fs::path ins[] = {in};
        merge(out, ins);
    }
    nanoseconds time() const {
        const auto from = steady_clock::now();
        run();
        return steady_clock::now() - from;
    }

    /// Whether the file has all of it; if not, it has what it had.
    bool is_merged(bool into_new) const {
        const Store store(out, {.threads = 1});
        require_sound(store);
        if (!into_new) REQUIRE(store.load(*store.latest({.run = "mine"})) == state_at(1, 40'000));
        const auto found = store.checkpoints({.run = "theirs"});
        for (const CheckpointInfo& checkpoint : found) {
            REQUIRE(store.load(checkpoint) == state_at(checkpoint.step, kTreeBytes));
        }
        const bool merged = !found.empty();
        REQUIRE(found.size() == (merged ? kSteps : 0));
        REQUIRE(store.history(kLoss, "theirs").size() == (merged ? kSteps : 0));
        REQUIRE(store.runs().size() == (merged ? 1U : 0U) + (into_new ? 0U : 1U));
        return merged;
    }

    const TempDir dir;
    const fs::path start = dir / "start.db";
    const fs::path in = dir / "in.db";
    const fs::path out = dir / "out.db";
};

void kill_each(int kills) {
    const std::uint64_t seed = std::random_device{}();
    std::mt19937_64 random(seed);
    const Merge merge;
    for (const bool into_new : {false, true}) {
        merge.begin_anew(into_new);
        const auto range = static_cast<std::uint64_t>(merge.time().count());
        int cut = 0;
        for (int kill = 0; kill < kills; ++kill) {
            CAPTURE(seed, into_new, kill);
            merge.begin_anew(into_new);
            ChildProcess child([&](const auto& report) {
                report(1);
                merge.run();
            });
            REQUIRE(child.next());
            pause(nanoseconds(random() % (range + 1)));
            child.kill();
            if (into_new && !fs::exists(merge.out))
                ++cut;
            else if (!merge.is_merged(into_new))
                ++cut;
            merge.run();
            REQUIRE(merge.is_merged(into_new));
            RawSql raw(merge.out);
            REQUIRE(raw.count("tree WHERE staged_by IS NOT NULL") == 0);
        }
        CHECK(cut > 0);
    }
}

TEST_CASE("a merge that is killed leaves the file as it was, and the next one works", "[store]") {
    kill_each(10);
}

TEST_CASE("a merge that is killed 200 times leaves the file as it was", "[store][long]") {
    kill_each(200);
}

TEST_CASE("a merge goes on from what one that was killed has copied", "[store]") {
    const Merge merge;
    merge.begin_anew(false);
    // Killed when half of it is copied, at a moment that is not left to chance.
    ChildProcess child([&](const auto& report) {
        const fs::path ins[] = {merge.in};
        ckptlite::merge(merge.out, ins, {.on_progress = [&](const Progress& now) {
                            if (now.done < now.total / 4 * 3) return;
                            report(1);
                            pause(std::chrono::hours(1));
                        }});
    });
    REQUIRE(child.next());
    child.kill();
    REQUIRE(!merge.is_merged(false));
    const fs::path ins[] = {merge.in};
    const MergeReport report = ckptlite::merge(merge.out, ins);
    CHECK(report.checkpoints == kSteps);
    const std::uint64_t stored = Store(merge.in).latest()->stored_nbytes;
    CHECK(report.nbytes < kSteps * stored * 2 / 3);
    CHECK(merge.is_merged(false));
}

}  // namespace
}  // namespace ckptlite::test
