// SPDX-License-Identifier: MIT
// Loss of power at every sync of an operation: many of the folders it may leave, each opened,
// checked and saved to.
#include <algorithm>

#include "faults/interrupt.hpp"
#include "support/catch.hpp"
#include "support/seed.hpp"

namespace ckptlite::test {
namespace {

/// Runs each operation again and again, in both journal modes, until there were `states` of each.
void lose_power_everywhere(std::size_t states, bool large) {
    constexpr std::size_t kOfOneMoment = 300;
    const std::uint64_t seed = test_seed();
    std::mt19937_64 random(seed);
    for (const Operation& operation : operations()) {
        if (operation.large != large) continue;
        for (const JournalMode journal : kJournals) {
            Tally tally("power loss, " + title(operation, journal), "states", seed);
            while (tally.cases() < states) {
                lose_power(operation, prepared(operation, journal),
                           std::min(states / 2, kOfOneMoment), random, tally);
            }
            tally.finish();
        }
    }
}

TEST_CASE("a loss of power at any sync of an operation leaves what was confirmed", "[faults]") {
    lose_power_everywhere(170, false);
}

TEST_CASE("a hundred thousand losses of power leave what was confirmed", "[faults][long]") {
    lose_power_everywhere(8'400, false);
}

TEST_CASE("a loss of power at any sync of a save in batches leaves what was confirmed",
          "[faults][long]") {
    lose_power_everywhere(60, true);
}

}  // namespace
}  // namespace ckptlite::test
