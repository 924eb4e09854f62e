// SPDX-License-Identifier: MIT
#include "support/counted_memory.hpp"

#include <atomic>
#include <cstdlib>
#include <new>

namespace ckptlite::test {
namespace {

constinit std::atomic<std::size_t> largest_bytes{0};
constinit std::atomic<std::size_t> total_bytes{0};

void* allocate(std::size_t n, std::size_t alignment) {
    total_bytes.fetch_add(n, std::memory_order_relaxed);
    std::size_t largest = largest_bytes.load(std::memory_order_relaxed);
    while (n > largest && !largest_bytes.compare_exchange_weak(largest, n)) {
    }
    const std::size_t room = (n + alignment) / alignment * alignment;
    void* const memory = alignment <= __STDCPP_DEFAULT_NEW_ALIGNMENT__
                             ? std::malloc(n == 0 ? 1 : n)
                             : std::aligned_alloc(alignment, room);
    if (memory == nullptr) throw std::bad_alloc();
    return memory;
}

}  // namespace

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
