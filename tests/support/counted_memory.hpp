// SPDX-License-Identifier: MIT
// What operator new was asked for: that nothing is copied shows in what was not allocated. A
// program that links this counts from its start. Allocations of all threads count; one
// CountedMemory at a time.
#pragma once

#include <cstddef>

namespace ckptlite::test {

class CountedMemory {
public:
    CountedMemory() noexcept;
    /// The largest allocation since it was made, in bytes.
    std::size_t largest() const noexcept;
    /// Of all of them together, freed or not.
    std::size_t total() const noexcept;
};

}  // namespace ckptlite::test
