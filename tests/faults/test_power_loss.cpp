// SPDX-License-Identifier: MIT
// Loss of power at every sync of an operation: many of the folders it may leave, each opened,
// checked and saved to.
#include "faults/interrupt.hpp"
#include "support/catch.hpp"
#include "support/seed.hpp"

namespace ckptlite::test {
namespace {

/// Goes on with new runs of each operation until there were so many states.
void lose_power_everywhere(std::size_t states_a_moment, bool large) {
    const std::uint64_t seed = test_seed();
    std::mt19937_64 random(seed);
    for (const Operation& operation : operations()) {
        if (operation.large != large) continue;
        for (const JournalMode journal : kJournals) {
            Tally tally("power loss, " + title(operation, journal), "states", seed);
            lose_power(operation, prepared(operation, journal), states_a_moment, random, tally);
            tally.finish();
        }
    }
}

TEST_CASE("a loss of power at any sync of an operation leaves what was confirmed", "[faults]") {
    lose_power_everywhere(40, false);
}

}  // namespace
}  // namespace ckptlite::test
