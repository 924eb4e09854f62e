// SPDX-License-Identifier: MIT
// Many float16 or bfloat16 at once, written so that every compiler uses vector instructions. The
// results are those of float_formats.hpp. Inlined into loops for one instruction set or another.
#pragma once

#include <cstdint>
#include <cstring>

#include "base/bytes.hpp"
#include "base/instruction_set.hpp"
#include "tree/float_formats.hpp"

namespace ckptlite::pytree {

using Codes16 __attribute__((vector_size(16))) = std::uint16_t;
using Codes32 __attribute__((vector_size(16))) = std::uint32_t;
using Floats __attribute__((vector_size(16))) = float;

struct FromBfloat16 {
    CKPTLITE_ALWAYS_INLINE float operator()(std::uint16_t code) const {
        return bfloat16_to_float(code);
    }
    CKPTLITE_ALWAYS_INLINE void convert(const Codes32& codes, Floats& floats) const {
        const Codes32 bits = codes << 16;
        std::memcpy(&floats, &bits, sizeof floats);
    }
};

struct FromFloat16 {
    CKPTLITE_ALWAYS_INLINE float operator()(std::uint16_t code) const {
        return float16_to_float(code);
    }
    CKPTLITE_ALWAYS_INLINE void convert(const Codes32& codes, Floats& floats) const {
        const Codes32 magnitude = codes & 0x7FFFU;
        Codes32 bits = magnitude << 13;
        std::memcpy(&floats, &bits, sizeof floats);
        floats *= power_of_two(127 - 15);
        std::memcpy(&bits, &floats, sizeof floats);
        const Codes32 special = (magnitude >= 0x7C00U) & 0x7F80'0000U;
        bits |= special | (codes & 0x8000U) << 16;
        std::memcpy(&floats, &bits, sizeof floats);
    }
};

/// Four codes between zeros: 32-bit numbers on a little-endian machine.
template <typename Convert>
CKPTLITE_ALWAYS_INLINE void convert_four(Convert convert, const Codes16& interleaved,
                                         float* floats) {
    Codes32 codes;
    std::memcpy(&codes, &interleaved, sizeof codes);
    Floats converted;
    convert.convert(codes, converted);
    std::memcpy(floats, &converted, sizeof converted);
}

/// floats[i] is code i of those at `from`.
template <typename Convert>
CKPTLITE_ALWAYS_INLINE void half_floats_to_floats(Convert convert, const std::byte* from,
                                                  std::size_t n, float* floats) {
    const Codes16 zeros{};
    std::size_t i = 0;
    for (; i + 8 <= n; i += 8) {
        Codes16 eight;
        std::memcpy(&eight, from + i * sizeof(std::uint16_t), sizeof eight);
        const Codes16 low = __builtin_shufflevector(eight, zeros, 0, 8, 1, 9, 2, 10, 3, 11);
        const Codes16 high = __builtin_shufflevector(eight, zeros, 4, 12, 5, 13, 6, 14, 7, 15);
        convert_four(convert, low, floats + i);
        convert_four(convert, high, floats + i + 4);
    }
    for (; i < n; ++i) floats[i] = convert(load_le<std::uint16_t>(from + i * 2));
}

}  // namespace ckptlite::pytree
