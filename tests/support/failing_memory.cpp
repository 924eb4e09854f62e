// SPDX-License-Identifier: MIT
#include "support/failing_memory.hpp"

#include <sqlite3.h>

#include <array>
#include <atomic>
#include <cstdlib>
#include <limits>
#include <new>
#include <stdexcept>

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

void* allocate(std::size_t n, std::size_t alignment) {
    if (countdown_of(Allocator::operator_new).fails()) throw std::bad_alloc();
    const std::size_t room = (n + alignment) / alignment * alignment;
    void* const memory = alignment <= __STDCPP_DEFAULT_NEW_ALIGNMENT__
                             ? std::malloc(n == 0 ? 1 : n)
                             : std::aligned_alloc(alignment, room);
    if (memory == nullptr) throw std::bad_alloc();
    return memory;
}

}  // namespace

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

void* operator new(std::size_t n) {
    return ckptlite::test::allocate(n, __STDCPP_DEFAULT_NEW_ALIGNMENT__);
}
void* operator new(std::size_t n, std::align_val_t alignment) {
    return ckptlite::test::allocate(n, static_cast<std::size_t>(alignment));
}
// Ours, too, since a sanitizer's would not fit the delete below.
void* operator new(std::size_t n, const std::nothrow_t&) noexcept {
    try {
        return operator new(n);
    } catch (const std::bad_alloc&) {
        return nullptr;
    }
}
void operator delete(void* memory) noexcept {
    std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
    std::free(memory);
}
void operator delete(void* memory, std::align_val_t) noexcept {
    std::free(memory);
}
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept {
    std::free(memory);
}
