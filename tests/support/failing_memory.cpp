// SPDX-License-Identifier: MIT
#include "support/failing_memory.hpp"

#include <sqlite3.h>

#include <array>
#include <atomic>
#include <cstdlib>
#include <limits>
#include <new>
#include <stdexcept>

#include "support/replaced_new.hpp"

namespace ckptlite::test {
namespace {

constexpr std::uint64_t kNever = std::numeric_limits<std::uint64_t>::max();

struct Countdown {
    std::atomic<std::uint64_t> fails_at{kNever};
    std::atomic<std::uint64_t> calls{0};
    std::atomic<bool> for_good{false};

    bool fails() noexcept {
        const std::uint64_t k = fails_at.load(std::memory_order_relaxed);
        if (k == kNever) return false;
        const std::uint64_t n = calls.fetch_add(1) + 1;
        return n == k || (n > k && for_good.load());
    }
};

constinit std::array<Countdown, 2> countdowns;

Countdown& countdown_of(Allocator allocator) noexcept {
    return countdowns[static_cast<std::size_t>(allocator)];
}

sqlite3_mem_methods real_memory;

void* allocate_for_sqlite(int n) {
    return countdown_of(Allocator::sqlite).fails() ? nullptr : real_memory.xMalloc(n);
}

void* reallocate_for_sqlite(void* old, int n) {
    return countdown_of(Allocator::sqlite).fails() ? nullptr : real_memory.xRealloc(old, n);
}

/// Only possible before SQLite is used for the first time.
bool replace_memory_of_sqlite() {
    sqlite3_config(SQLITE_CONFIG_GETMALLOC, &real_memory);
    sqlite3_mem_methods failing = real_memory;
    failing.xMalloc = allocate_for_sqlite;
    failing.xRealloc = reallocate_for_sqlite;
    return sqlite3_config(SQLITE_CONFIG_MALLOC, &failing) == SQLITE_OK;
}

const bool replaced = replace_memory_of_sqlite();

}  // namespace

void on_new(std::size_t /*n*/) {
    if (countdown_of(Allocator::operator_new).fails()) throw std::bad_alloc();
}

FailingMemory::FailingMemory(Allocator allocator, std::uint64_t k, bool for_good)
    : allocator_(allocator) {
    if (!replaced) throw std::logic_error("SQLite was in use before its memory was replaced");
    Countdown& countdown = countdown_of(allocator);
    countdown.calls = 0;
    countdown.for_good = for_good;
    countdown.fails_at = k;
}

FailingMemory::~FailingMemory() {
    countdown_of(allocator_).fails_at = kNever;
}

bool FailingMemory::struck() const noexcept {
    const Countdown& countdown = countdown_of(allocator_);
    return countdown.calls >= countdown.fails_at;
}

}  // namespace ckptlite::test
