// SPDX-License-Identifier: MIT
#include "codec/byte_histogram.hpp"

namespace ckptlite::codec {

void ByteHistogram::add(ByteView bytes) noexcept {
    const std::byte* at = bytes.data();
    std::size_t left = bytes.size();
    for (; left >= kTables; left -= kTables, at += kTables) {
        const auto word = load_le<std::uint64_t>(at);
        for (std::size_t i = 0; i < kTables; ++i) ++tables_[i][(word >> (8 * i)) & 0xFF];
    }
    for (; left > 0; --left, ++at) ++tables_[0][std::to_integer<std::size_t>(*at)];
}

std::array<std::uint32_t, 256> ByteHistogram::counts() const noexcept {
    std::array<std::uint32_t, 256> total{};
    for (const auto& table : tables_) {
        for (std::size_t value = 0; value < total.size(); ++value) total[value] += table[value];
    }
    return total;
}

}  // namespace ckptlite::codec
