// SPDX-License-Identifier: MIT
// Counts how often each byte occurs. One thread at a time.
#pragma once

#include <array>
#include <cstdint>

#include "base/bytes.hpp"

namespace ckptlite::codec {

class ByteHistogram {
public:
    void add(ByteView bytes) noexcept;
    std::array<std::uint32_t, 256> counts() const noexcept;

private:
    // A counter that is incremented again before the last increment is stored makes the processor
    // wait. Neighbours, which often are equal, are counted in different tables.
    static constexpr std::size_t kTables = 8;
    std::array<std::array<std::uint32_t, 256>, kTables> tables_{};
};

}  // namespace ckptlite::codec
