// SPDX-License-Identifier: MIT
// SIGKILL instead of every single call SQLite makes of its VFS.
#include "faults/interrupt.hpp"
#include "support/catch.hpp"

namespace ckptlite::test {
namespace {

void kill_operations(bool large) {
    constexpr std::uint64_t kSample = 13;
    for (const Operation& operation : operations()) {
        if (operation.large != large) continue;
        for (const JournalMode journal : kJournals) {
            Tally tally("kill at every call, " + title(operation, journal), "kills");
            kill_at_every_call(operation, prepared(operation, journal), tally, large ? kSample : 1);
            tally.finish();
        }
    }
}

TEST_CASE("a kill at any call of an operation leaves the store as before it or after",
          "[faults][kill]") {
    kill_operations(false);
}

TEST_CASE("a kill at a call of a save in batches leaves the store as before it or after",
          "[faults][kill][long]") {
    kill_operations(true);
}

}  // namespace
}  // namespace ckptlite::test
