// SPDX-License-Identifier: MIT
// Memory that runs out: operator new of the whole program, and SQLite's allocator, which fail at
// the k-th call. A program that links this has them in place from its start; they cost an atomic
// load until a FailingMemory is there.
//
// Threads: allocations of all threads count. One FailingMemory at a time.
#pragma once

#include <cstdint>

namespace ckptlite::test {

enum class Allocator : std::uint8_t { operator_new, sqlite };

class FailingMemory {
public:
    /// The k-th allocation from now on fails, counted from 1; with `for_good` all after it, too.
    FailingMemory(Allocator allocator, std::uint64_t k, bool for_good);
    ~FailingMemory();
    FailingMemory(const FailingMemory&) = delete;
    FailingMemory& operator=(const FailingMemory&) = delete;

    /// Whether any has failed.
    bool struck() const noexcept;

private:
    Allocator allocator_;
};

}  // namespace ckptlite::test
