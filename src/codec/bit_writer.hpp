// SPDX-License-Identifier: MIT
// Writes bits as DEFLATE packs them, the first in the lowest bit of a byte. One thread at a time.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <span>

namespace ckptlite::codec {

/// The caller knows that what is written fits `room`, which has to outlive this.
class BitWriter {
public:
    /// Bits that put() takes at once.
    static constexpr unsigned kMaxBits = 56;

    explicit BitWriter(std::span<std::byte> room) noexcept
        : begin_(room.data()), at_(room.data()), end_(room.data() + room.size()) {}

    /// `bits` has none set from `count` on.
    void put(std::uint64_t bits, unsigned count) noexcept {
        buffer_ |= bits << filled_;
        filled_ += count;
        flush();
    }

    /// Zeros up to the next whole byte. Returns the bytes written.
    std::size_t align() noexcept {
        put(0, (8 - filled_) % 8);
        return static_cast<std::size_t>(at_ - begin_);
    }

private:
    bool has_word() const noexcept { return end_ - at_ >= 8; }

    // Stores all eight bytes and moves on by those that are full: nothing to foresee wrongly.
    void flush() noexcept {
        const unsigned full = filled_ / 8;
        if (has_word()) {
            std::memcpy(at_, &buffer_, 8);
        } else {
            const auto left = static_cast<std::size_t>(end_ - at_);
            std::memcpy(at_, &buffer_, std::min<std::size_t>((filled_ + 7) / 8, left));
        }
        at_ += full;
        buffer_ >>= 8 * full;
        filled_ %= 8;
    }

    std::byte* begin_;
    std::byte* at_;
    std::byte* end_;
    std::uint64_t buffer_ = 0;
    unsigned filled_ = 0;  // fewer than 8 between calls
};

}  // namespace ckptlite::codec
