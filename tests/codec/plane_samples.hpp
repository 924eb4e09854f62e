// SPDX-License-Identifier: MIT
// Planes to code, of the kinds that occur and of those that are hard on an encoder.
#pragma once

#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "codec/sample_bytes.hpp"

namespace ckptlite::test {

/// Literal i as often as Fibonacci number i: the longest words that a code can have.
inline Bytes fibonacci_bytes(std::size_t count) {
    Bytes bytes;
    std::size_t a = 1;
    std::size_t b = 1;
    for (int value = 0; bytes.size() < count; ++value) {
        bytes.insert(bytes.end(), std::min(a, count - bytes.size()), static_cast<std::byte>(value));
        a = std::exchange(b, a + b);
    }
    std::mt19937_64 random(1);
    std::shuffle(bytes.begin(), bytes.end(), random);
    return bytes;
}

/// Exponents of weights: each next smaller one half as often.
inline Bytes exponent_bytes(std::size_t count, std::uint64_t seed) {
    std::mt19937_64 random(seed);
    std::normal_distribution<float> normal(0.0F, 0.02F);
    return generate(count, [&](std::size_t) {
        return static_cast<std::uint8_t>(std::ilogb(normal(random)) + 127);
    });
}

inline Bytes two_valued_bytes(std::size_t count, std::uint64_t seed, unsigned one_in) {
    std::mt19937_64 random(seed);
    return generate(count, [&](std::size_t) {
        return static_cast<std::uint8_t>(random() % one_in == 0 ? 200 : 7);
    });
}

/// Runs of 1 to 600 bytes between exponents.
inline Bytes run_bytes(std::size_t count, std::uint64_t seed) {
    std::mt19937_64 random(seed);
    Bytes bytes;
    while (bytes.size() < count) {
        const Bytes literals = exponent_bytes(random() % 50, random());
        bytes.insert(bytes.end(), literals.begin(), literals.end());
        bytes.insert(bytes.end(), 1 + random() % 600, static_cast<std::byte>(random() % 3));
    }
    bytes.resize(count);
    return bytes;
}

struct PlaneSample {
    std::string name;
    Bytes bytes;
};

inline std::vector<PlaneSample> plane_samples(std::size_t count, std::uint64_t seed) {
    return {
        {"random", random_bytes(count, seed)},
        {"constant", Bytes(count, std::byte{9})},
        {"skewed", skewed_bytes(count, seed)},
        {"sawtooth", sawtooth_bytes(count)},
        {"fibonacci", fibonacci_bytes(count)},
        {"exponents", exponent_bytes(count, seed)},
        {"two values", two_valued_bytes(count, seed, 2)},
        {"one value and few others", two_valued_bytes(count, seed, 20)},
        {"runs", run_bytes(count, seed)},
    };
}

}  // namespace ckptlite::test
