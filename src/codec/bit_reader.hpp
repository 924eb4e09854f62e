// SPDX-License-Identifier: MIT
// Reads bits as DEFLATE packs them, the first in the lowest bit of a byte. One thread at a time.
#pragma once

#include <cstdint>

#include "base/bytes.hpp"

namespace ckptlite::codec {

/// Reads from bytes that outlive it. Behind their end there are zeros, which may be looked at but
/// not taken: take() then says so.
class BitReader {
public:
    /// Bits that are there after refill(), unless the bytes end.
    static constexpr unsigned kMinBits = 56;

    explicit BitReader(ByteView bytes) noexcept
        : at_(bytes.data()), end_(bytes.data() + bytes.size()) {}

    /// The next bits, lowest first; kMinBits of them after refill().
    std::uint64_t bits() const noexcept { return buffer_; }

    bool has_word() const noexcept { return end_ - at_ >= 8; }
    std::size_t words_left() const noexcept { return static_cast<std::size_t>(end_ - at_) / 8; }

    /// has_word() was true. All eight bytes are read, and those counted that fit.
    void refill_word() noexcept {
        buffer_ |= load_le<std::uint64_t>(at_) << filled_;
        at_ += (63 - filled_) / 8;
        filled_ |= 56;
    }

    void refill() noexcept {
        if (has_word()) return refill_word();
        for (; filled_ < kMinBits && at_ != end_; ++at_, filled_ += 8) {
            buffer_ |= std::to_integer<std::uint64_t>(*at_) << filled_;
        }
    }

    /// The caller knows that they are there.
    void skip(std::uint8_t count) noexcept {
        buffer_ >>= count % 64;
        filled_ = static_cast<std::uint8_t>(filled_ - count);
    }

    /// False if fewer are left; then nothing more can be read.
    bool take(unsigned count) noexcept {
        if (count > filled_) return false;
        skip(static_cast<std::uint8_t>(count));
        return true;
    }

    /// The same, and reads them.
    template <typename Value>
    bool read(unsigned count, Value& value) noexcept {
        refill();
        value = static_cast<Value>(buffer_ & ((std::uint64_t{1} << count) - 1));
        return take(count);
    }

    /// What follows the byte begun.
    ByteView rest() const noexcept {
        const std::byte* const from = at_ - filled_ / 8;
        return {from, static_cast<std::size_t>(end_ - from)};
    }

private:
    const std::byte* at_;
    const std::byte* end_;
    std::uint64_t buffer_ = 0;
    std::uint8_t filled_ = 0;
};

}  // namespace ckptlite::codec
