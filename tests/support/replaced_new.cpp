// SPDX-License-Identifier: MIT
#include "support/replaced_new.hpp"

#include <cstdlib>
#include <new>

namespace ckptlite::test {
namespace {

void* allocate(std::size_t n, std::size_t alignment) {
    on_new(n);
    const std::size_t room = (n + alignment) / alignment * alignment;
    void* const memory = alignment <= __STDCPP_DEFAULT_NEW_ALIGNMENT__
                             ? std::malloc(n == 0 ? 1 : n)
                             : std::aligned_alloc(alignment, room);
    if (memory == nullptr) throw std::bad_alloc();
    return memory;
}

}  // namespace
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
