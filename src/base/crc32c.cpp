// SPDX-License-Identifier: MIT
#include "base/crc32c.hpp"

#include <array>

namespace ckptlite {
namespace {

/// What each byte adds; the polynomial 0x1EDC6F41 with its bits in reverse.
constexpr std::array<std::uint32_t, 256> kTable = [] {
    std::array<std::uint32_t, 256> table{};
    for (std::uint32_t byte = 0; byte < 256; ++byte) {
        std::uint32_t remainder = byte;
        for (int bit = 0; bit < 8; ++bit) {
            remainder = (remainder >> 1) ^ ((remainder & 1) != 0 ? 0x82F63B78U : 0U);
        }
        table[byte] = remainder;
    }
    return table;
}();

}  // namespace

std::uint32_t crc32c(ByteView bytes) noexcept {
    std::uint32_t sum = ~0U;
    for (const std::byte byte : bytes) {
        sum = kTable[(sum ^ std::to_integer<std::uint32_t>(byte)) & 0xFF] ^ (sum >> 8);
    }
    return ~sum;
}

}  // namespace ckptlite
