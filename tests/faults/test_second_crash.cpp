// SPDX-License-Identifier: MIT
// A second crash while the first one is being recovered from: the folder of a killed operation is
// opened, and that is killed at every call, or loses power at every sync.
#include <set>

#include "faults/check_after.hpp"
#include "faults/interrupt.hpp"
#include "support/catch.hpp"
#include "support/power_loss.hpp"
#include "support/seed.hpp"
#include "support/temp_dir.hpp"

namespace ckptlite::test {
namespace {

/// Opening alone, of what the operation left after `confirmed` changes.
Operation recovery_of(const Operation& operation, std::size_t confirmed) {
    Operation recovery = operation;
    recovery.name = "recovery of " + operation.name;
    recovery.run = [](const std::filesystem::path& file, const Operation::Confirm&) {
        Store store(file, kOptions);
        store.close();
    };
    recovery.after = [after = operation.after, confirmed](std::size_t changes) {
        return after(confirmed + changes);
    };
    return recovery;
}

/// Calls `second` with each different folder that a kill between two changes of files may leave
/// and that has something to recover: a journal, or a log.
template <typename Second>
void for_each_first_crash(const Operation& operation, JournalMode journal, Second second) {
    const FolderImage base = prepared(operation, journal);
    const std::vector<IoEvent> log = log_of(operation, base);
    std::set<Digest> tried;
    for (PowerLoss loss(base, log); loss.advance();) {
        const FolderImage image = loss.kept();
        if (image.size() < 2 || !tried.insert(fingerprint(image)).second) continue;
        second(recovery_of(operation, loss.confirmed()), image);
    }
}

void crash_twice(const Operation& operation, JournalMode journal, std::size_t states) {
    const std::uint64_t seed = test_seed();
    std::mt19937_64 random(seed);
    Tally kills("kill at every call, recovery of " + title(operation, journal), "kills", seed);
    Tally losses("power loss, recovery of " + title(operation, journal), "states", seed);
    for_each_first_crash(operation, journal,
                         [&](const Operation& recovery, const FolderImage& image) {
                             kill_at_every_call(recovery, image, kills);
                             lose_power(recovery, image, states, random, losses);
                         });
    kills.finish();
    losses.finish();
}

TEST_CASE("a second crash during the recovery of a save harms nothing", "[faults][kill]") {
    for (const JournalMode journal : kJournals) crash_twice(operations().front(), journal, 20);
}

TEST_CASE("a second crash during the recovery of any operation harms nothing",
          "[faults][kill][long]") {
    for (const Operation& operation : operations()) {
        if (operation.large) continue;
        for (const JournalMode journal : kJournals) crash_twice(operation, journal, 200);
    }
}

}  // namespace
}  // namespace ckptlite::test
