// SPDX-License-Identifier: MIT
// Reads bits from the lowest of each byte on, as DEFLATE packs them. One thread at a time.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/bytes.hpp"
#include "base/instruction_set.hpp"

namespace ckptlite::codec {

class BitReader {
public:
    explicit BitReader(ByteView bytes) noexcept
        : next_(bytes.data()), end_(bytes.data() + bytes.size()) {}

    /// Bits that peek() shows after a refill, unless the input ends before.
    static constexpr unsigned kRefilledBits = 56;

    /// Whether refill_fast() may be called.
    bool can_refill_fast() const noexcept { return end_ - next_ >= 8; }
    /// The bits above the counted ones are those of the next byte already: reading it once more
    /// changes nothing, which saves the branch.
    CKPTLITE_ALWAYS_INLINE void refill_fast() noexcept {
        bits_ |= load_le<std::uint64_t>(next_) << n_bits_;
        next_ += (63 - n_bits_) >> 3;
        n_bits_ |= kRefilledBits;
    }
    void refill() noexcept {
        if (can_refill_fast()) return refill_fast();
        while (n_bits_ <= kRefilledBits && next_ != end_) {
            bits_ |= std::to_integer<std::uint64_t>(*next_++) << n_bits_;
            n_bits_ += 8;
        }
    }

    std::uint64_t peek() const noexcept { return bits_; }
    unsigned available() const noexcept { return n_bits_; }
    /// n is at most available().
    CKPTLITE_ALWAYS_INLINE void drop(unsigned n) noexcept {
        bits_ >>= n;
        n_bits_ -= n;
    }

    /// The next n bits, at most 16, into `value`; false if the input has ended.
    bool take(unsigned n, unsigned& value) noexcept {
        refill();
        if (n_bits_ < n) return false;
        value = static_cast<unsigned>(bits_ & ((std::uint64_t{1} << n) - 1));
        drop(n);
        return true;
    }

    /// What follows the byte that was read last.
    ByteView rest() const noexcept { return {next_ - n_bits_ / 8, end_}; }

private:
    const std::byte* next_;
    const std::byte* end_;
    std::uint64_t bits_ = 0;
    unsigned n_bits_ = 0;
};

}  // namespace ckptlite::codec
