// SPDX-License-Identifier: MIT
#include "base/buffer_pool.hpp"

namespace ckptlite {

BufferPool::Buffer BufferPool::take(std::size_t size) {
    if (size > buffer_size_ || size < buffer_size_ / 2) {
        return {nullptr, std::make_unique_for_overwrite<std::byte[]>(size), size};
    }
    Memory memory;
    {
        const std::scoped_lock lock(mutex_);
        if (!idle_.empty()) {
            memory = std::move(idle_.back());
            idle_.pop_back();
        }
    }
    if (!memory) memory = std::make_unique_for_overwrite<std::byte[]>(buffer_size_);
    return {this, std::move(memory), buffer_size_};
}

void BufferPool::give_back(Memory memory) noexcept {
    try {
        const std::scoped_lock lock(mutex_);
        idle_.push_back(std::move(memory));
    } catch (...) {
        // Out of memory for the list: the buffer is freed instead of kept.
    }
}

}  // namespace ckptlite
