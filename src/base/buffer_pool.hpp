// SPDX-License-Identifier: MIT
// Buffers that are used again: memory that is mapped already is filled several times faster than
// new memory, which the system hands out zeroed, a page at a time.
//
// take() and the return of a buffer are safe from any thread. The pool must outlive its buffers.
#pragma once

#include <cstddef>
#include <memory>
#include <mutex>
#include <span>
#include <utility>
#include <vector>

namespace ckptlite {

class BufferPool {
    using Memory = std::unique_ptr<std::byte[]>;

public:
    /// Not initialised; returns to its pool when it goes.
    class Buffer {
    public:
        Buffer() = default;
        ~Buffer() {
            if (pool_ != nullptr) pool_->give_back(std::move(memory_));
        }
        Buffer(Buffer&& other) noexcept
            : pool_(std::exchange(other.pool_, nullptr)),
              memory_(std::move(other.memory_)),
              size_(std::exchange(other.size_, 0)) {}
        Buffer& operator=(Buffer&& other) noexcept {
            std::swap(pool_, other.pool_);
            std::swap(memory_, other.memory_);
            std::swap(size_, other.size_);
            return *this;
        }

        std::span<std::byte> bytes() const noexcept { return {memory_.get(), size_}; }

    private:
        friend BufferPool;
        Buffer(BufferPool* pool, Memory memory, std::size_t size)
            : pool_(pool), memory_(std::move(memory)), size_(size) {}

        BufferPool* pool_ = nullptr;
        Memory memory_;
        std::size_t size_ = 0;
    };

    explicit BufferPool(std::size_t buffer_size) : buffer_size_(buffer_size) {}

    /// At least `size` bytes. A size far from the pool's gets memory of its own, which is freed.
    Buffer take(std::size_t size);

private:
    void give_back(Memory memory) noexcept;

    const std::size_t buffer_size_;
    std::mutex mutex_;
    std::vector<Memory> idle_;
};

}  // namespace ckptlite
