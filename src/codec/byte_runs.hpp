// SPDX-License-Identifier: MIT
// Finds stretches of equal bytes. Pure functions; any thread.
#pragma once

#include <cstdint>
#include <span>

#include "base/bytes.hpp"

namespace ckptlite::codec {

/// Each of bytes[begin, begin + length) equals bytes[begin - 1].
struct ByteRun {
    std::uint32_t begin;
    std::uint32_t length;
};

struct FoundRuns {
    std::size_t count = 0;  ///< of `runs` that were filled, in ascending order
    std::size_t end = 0;    ///< where the search ended: `end` as given, or where `runs` was full
};

/// Finds every run of 15 or more in bytes[begin, end), some of 8 or more, and none shorter.
/// end <= bytes.size() < 2^32.
FoundRuns find_runs(ByteView bytes, std::size_t begin, std::size_t end,
                    std::span<ByteRun> runs) noexcept;

}  // namespace ckptlite::codec
