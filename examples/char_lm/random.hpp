// SPDX-License-Identifier: MIT
// SplitMix64 (Steele, Lea and Flood 2014): a random generator whose whole state is one integer, so
// that a checkpoint can hold it and a resumed run draws the same numbers as an uninterrupted one.
// Not for several threads at once.
#pragma once

#include <cstddef>
#include <cstdint>

namespace char_lm {

struct SplitMix64 {
    std::uint64_t state = 0;

    std::uint64_t next() noexcept {
        std::uint64_t z = (state += 0x9E3779B97F4A7C15u);
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
        return z ^ (z >> 31);
    }

    /// In [0, n). The bias of the remainder is below n / 2^64.
    std::size_t below(std::size_t n) noexcept { return static_cast<std::size_t>(next() % n); }

    /// In [0, 1), a multiple of 2^-24.
    float uniform() noexcept { return static_cast<float>(next() >> 40) * 0x1p-24f; }
};

}  // namespace char_lm
