// SPDX-License-Identifier: MIT
#include "perturb.hpp"

#include <cstring>

namespace bench {
namespace {

/// Random bits for an element of a series; plain arithmetic that compilers vectorise.
inline std::uint32_t noise(std::uint32_t index, std::uint32_t seed) {
    std::uint32_t hash = (index ^ seed) * 0x9E3779B1U;
    hash ^= hash >> 15;
    hash *= 0x85EBCA77U;
    return hash >> 16;
}

template <typename Word>
void flip_low_bits(std::span<std::byte> bytes, Word exponent, Word low_bits, std::uint32_t from,
                   std::uint32_t to) {
    const Word has_from = from == 0 ? Word{0} : low_bits;
    const Word has_to = to == 0 ? Word{0} : low_bits;
    const std::size_t n = bytes.size() / sizeof(Word);
    std::byte* const data = bytes.data();
    for (std::size_t i = 0; i < n; ++i) {
        const auto index = static_cast<std::uint32_t>(i);
        Word word;
        std::memcpy(&word, data + i * sizeof(Word), sizeof(Word));
        const Word flipped = static_cast<Word>((static_cast<Word>(noise(index, from)) & has_from) ^
                                               (static_cast<Word>(noise(index, to)) & has_to));
        // Zeros and subnormals stay: training leaves the zeros of a state alone, too.
        word = static_cast<Word>(word ^ ((word & exponent) != 0 ? flipped : Word{0}));
        std::memcpy(data + i * sizeof(Word), &word, sizeof(Word));
    }
}

}  // namespace

void perturb(ckptlite::DType dtype, std::span<std::byte> bytes, std::uint32_t from,
             std::uint32_t to) {
    using ckptlite::DType;
    if (from == to) return;
    switch (dtype) {
        case DType::float32:
        case DType::complex64:
            return flip_low_bits<std::uint32_t>(bytes, 0x7F800000U, 0xFU, from, to);
        case DType::float64:
        case DType::complex128:
            return flip_low_bits<std::uint64_t>(bytes, 0x7FF0000000000000U, 0xFFFU, from, to);
        case DType::bfloat16:
            return flip_low_bits<std::uint16_t>(bytes, 0x7F80U, 0x1U, from, to);
        case DType::float16:
            return flip_low_bits<std::uint16_t>(bytes, 0x7C00U, 0x1U, from, to);
        default:
            return;
    }
}

std::uint32_t perturbation_seed(std::uint32_t leaf, std::uint32_t epoch) {
    std::uint64_t mixed = (std::uint64_t{leaf} << 32 | epoch) + 0x9E3779B97F4A7C15U;
    mixed = (mixed ^ mixed >> 30) * 0xBF58476D1CE4E5B9U;
    mixed = (mixed ^ mixed >> 27) * 0x94D049BB133111EBU;
    return static_cast<std::uint32_t>(mixed >> 32) | 1U;
}

}  // namespace bench
