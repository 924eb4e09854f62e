// SPDX-License-Identifier: MIT
#include "support/counted_memory.hpp"

#include <atomic>

#include "support/replaced_new.hpp"

namespace ckptlite::test {
namespace {

constinit std::atomic<std::size_t> largest_bytes{0};
constinit std::atomic<std::size_t> total_bytes{0};

}  // namespace

void on_new(std::size_t n) {
    total_bytes.fetch_add(n, std::memory_order_relaxed);
    std::size_t largest = largest_bytes.load(std::memory_order_relaxed);
    while (n > largest && !largest_bytes.compare_exchange_weak(largest, n)) {
    }
}

CountedMemory::CountedMemory() noexcept {
    largest_bytes = 0;
    total_bytes = 0;
}

std::size_t CountedMemory::largest() const noexcept {
    return largest_bytes;
}

std::size_t CountedMemory::total() const noexcept {
    return total_bytes;
}

}  // namespace ckptlite::test
