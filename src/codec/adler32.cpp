// SPDX-License-Identifier: MIT
#include "codec/adler32.hpp"

#include <algorithm>

namespace ckptlite::codec {
namespace {

constexpr std::uint32_t kModulus = 65'521;
constexpr std::size_t kLanes = 32;
// So many rows of kLanes bytes cannot overflow 32 bits: 255 * 4096 * 4097 / 2 < 2^32.
constexpr std::size_t kRows = 4'096;

struct Sums {
    std::uint64_t a = 1;  // 1 + all bytes
    std::uint64_t b = 0;  // the sum of a after each byte
};

// Byte j of each row goes to lane j. A byte adds itself to b once for each byte from it to the end:
// kLanes times for each row below its own, which `earlier` counts, and kLanes - j times in its own.
CKPTLITE_ALWAYS_INLINE void add_rows(Sums& sums, const std::byte* bytes, std::size_t rows) {
    std::uint32_t lane[kLanes] = {};
    std::uint32_t earlier[kLanes] = {};
    for (std::size_t row = 0; row < rows; ++row) {
        for (std::size_t j = 0; j < kLanes; ++j) {
            earlier[j] += lane[j];
            lane[j] += std::to_integer<std::uint32_t>(bytes[row * kLanes + j]);
        }
    }
    sums.b += sums.a * (rows * kLanes);
    for (std::size_t j = 0; j < kLanes; ++j) {
        sums.a += lane[j];
        sums.b += kLanes * std::uint64_t{earlier[j]} + (kLanes - j) * std::uint64_t{lane[j]};
    }
    sums.a %= kModulus;
    sums.b %= kModulus;
}

CKPTLITE_ALWAYS_INLINE std::uint32_t adler32_with(ByteView bytes) {
    Sums sums;
    while (bytes.size() >= kLanes) {
        const std::size_t rows = std::min(bytes.size() / kLanes, kRows);
        add_rows(sums, bytes.data(), rows);
        bytes = bytes.subspan(rows * kLanes);
    }
    for (const std::byte byte : bytes) {
        sums.a += std::to_integer<std::uint32_t>(byte);
        sums.b += sums.a;
    }
    return static_cast<std::uint32_t>((sums.b % kModulus) << 16 | sums.a % kModulus);
}

std::uint32_t adler32_baseline(ByteView bytes) noexcept {
    return adler32_with(bytes);
}

CKPTLITE_TARGET_AVX2 std::uint32_t adler32_avx2(ByteView bytes) noexcept {
    return adler32_with(bytes);
}

}  // namespace

std::uint32_t adler32(ByteView bytes, InstructionSet set) noexcept {
    return set == InstructionSet::avx2 ? adler32_avx2(bytes) : adler32_baseline(bytes);
}

}  // namespace ckptlite::codec
