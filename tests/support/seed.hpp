// SPDX-License-Identifier: MIT
// The seed of a random test: another one each time, or what CKPTLITE_TEST_SEED says, to repeat it.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <random>
#include <string>

namespace ckptlite::test {

inline std::uint64_t test_seed() {
    const char* const given = std::getenv("CKPTLITE_TEST_SEED");
    return given != nullptr ? std::stoull(given) : std::random_device{}();
}

}  // namespace ckptlite::test
