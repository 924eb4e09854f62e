// SPDX-License-Identifier: MIT
// The loops of byte_planes.cpp for AVX2, which compilers do not find: its instructions work on two
// halves of a register apart, and each step has to put them in order again.
#pragma once

#include "base/instruction_set.hpp"

#if CKPTLITE_HAVE_AVX2

#include <immintrin.h>

#include <cstdint>

#include "base/bytes.hpp"

namespace ckptlite::codec::avx2 {

/// Elements taken at a time: each plane then has one register of them.
inline constexpr std::size_t kBlock = 32;

template <typename Word, int kLeft>
CKPTLITE_TARGET_AVX2 CKPTLITE_ALWAYS_INLINE __m256i rotated(__m256i words) {
    constexpr int kRight = 8 * sizeof(Word) - kLeft;
    if constexpr (sizeof(Word) == 2) {
        return _mm256_or_si256(_mm256_slli_epi16(words, kLeft), _mm256_srli_epi16(words, kRight));
    } else if constexpr (sizeof(Word) == 4) {
        return _mm256_or_si256(_mm256_slli_epi32(words, kLeft), _mm256_srli_epi32(words, kRight));
    } else {
        return _mm256_or_si256(_mm256_slli_epi64(words, kLeft), _mm256_srli_epi64(words, kRight));
    }
}

/// Quarters 0, 2, 1, 3: turns the order that packing leaves into that of memory.
CKPTLITE_TARGET_AVX2 CKPTLITE_ALWAYS_INLINE __m256i swap_middle(__m256i words) {
    return _mm256_permute4x64_epi64(words, 0xD8);
}

/// The lower halves of the words of `a`, then of `b`.
template <typename Word>
CKPTLITE_TARGET_AVX2 CKPTLITE_ALWAYS_INLINE __m256i low_halves(__m256i a, __m256i b) {
    if constexpr (sizeof(Word) == 2) {
        const __m256i mask = _mm256_set1_epi16(0xFF);
        a = _mm256_packus_epi16(_mm256_and_si256(a, mask), _mm256_and_si256(b, mask));
    } else if constexpr (sizeof(Word) == 4) {
        const __m256i mask = _mm256_set1_epi32(0xFFFF);
        a = _mm256_packus_epi32(_mm256_and_si256(a, mask), _mm256_and_si256(b, mask));
    } else {
        a = _mm256_castps_si256(
            _mm256_shuffle_ps(_mm256_castsi256_ps(a), _mm256_castsi256_ps(b), 0x88));
    }
    return swap_middle(a);
}

template <typename Word>
CKPTLITE_TARGET_AVX2 CKPTLITE_ALWAYS_INLINE __m256i high_halves(__m256i a, __m256i b) {
    if constexpr (sizeof(Word) == 2) {
        a = _mm256_packus_epi16(_mm256_srli_epi16(a, 8), _mm256_srli_epi16(b, 8));
    } else if constexpr (sizeof(Word) == 4) {
        a = _mm256_packus_epi32(_mm256_srli_epi32(a, 16), _mm256_srli_epi32(b, 16));
    } else {
        a = _mm256_castps_si256(
            _mm256_shuffle_ps(_mm256_castsi256_ps(a), _mm256_castsi256_ps(b), 0xDD));
    }
    return swap_middle(a);
}

template <typename Word>
struct HalfWord;
template <>
struct HalfWord<std::uint16_t> {
    using Type = std::uint8_t;
};
template <>
struct HalfWord<std::uint32_t> {
    using Type = std::uint16_t;
};
template <>
struct HalfWord<std::uint64_t> {
    using Type = std::uint32_t;
};

/// kBlock words lie in sizeof(Word) registers.
template <typename Word>
CKPTLITE_TARGET_AVX2 CKPTLITE_ALWAYS_INLINE void store_planes(const __m256i* words,
                                                              std::byte* const* planes,
                                                              std::size_t first) {
    if constexpr (sizeof(Word) == 1) {
        _mm256_storeu_si256(static_cast<__m256i*>(static_cast<void*>(*planes + first)), *words);
    } else {
        constexpr std::size_t kHalf = sizeof(Word) / 2;
        __m256i low[kHalf];
        __m256i high[kHalf];
        for (std::size_t i = 0; i < kHalf; ++i) {
            low[i] = low_halves<Word>(words[2 * i], words[2 * i + 1]);
            high[i] = high_halves<Word>(words[2 * i], words[2 * i + 1]);
        }
        store_planes<typename HalfWord<Word>::Type>(low, planes, first);
        store_planes<typename HalfWord<Word>::Type>(high, planes + kHalf, first);
    }
}

template <typename Word>
CKPTLITE_TARGET_AVX2 CKPTLITE_ALWAYS_INLINE void load_planes(const ByteView* planes,
                                                             std::size_t first, __m256i* words) {
    if constexpr (sizeof(Word) == 1) {
        const void* const from = planes->data() + first;
        *words = _mm256_loadu_si256(static_cast<const __m256i*>(from));
    } else {
        constexpr std::size_t kHalf = sizeof(Word) / 2;
        __m256i low[kHalf];
        __m256i high[kHalf];
        load_planes<typename HalfWord<Word>::Type>(planes, first, low);
        load_planes<typename HalfWord<Word>::Type>(planes + kHalf, first, high);
        for (std::size_t i = 0; i < kHalf; ++i) {
            const __m256i a = swap_middle(low[i]);
            const __m256i b = swap_middle(high[i]);
            if constexpr (sizeof(Word) == 2) {
                words[2 * i] = _mm256_unpacklo_epi8(a, b);
                words[2 * i + 1] = _mm256_unpackhi_epi8(a, b);
            } else if constexpr (sizeof(Word) == 4) {
                words[2 * i] = _mm256_unpacklo_epi16(a, b);
                words[2 * i + 1] = _mm256_unpackhi_epi16(a, b);
            } else {
                words[2 * i] = _mm256_unpacklo_epi32(a, b);
                words[2 * i + 1] = _mm256_unpackhi_epi32(a, b);
            }
        }
    }
}

template <typename Word, bool kRotate>
CKPTLITE_TARGET_AVX2 CKPTLITE_ALWAYS_INLINE void split_block(const std::byte* elements,
                                                             std::byte* const* planes,
                                                             std::size_t first) {
    __m256i words[sizeof(Word)];
    for (std::size_t i = 0; i < sizeof(Word); ++i) {
        const void* const from = elements + i * sizeof(__m256i);
        words[i] = _mm256_loadu_si256(static_cast<const __m256i*>(from));
        if constexpr (kRotate) words[i] = rotated<Word, 1>(words[i]);
    }
    store_planes<Word>(words, planes, first);
}

template <typename Word, bool kRotate>
CKPTLITE_TARGET_AVX2 CKPTLITE_ALWAYS_INLINE void merge_block(const ByteView* planes,
                                                             std::size_t first,
                                                             std::byte* elements) {
    __m256i words[sizeof(Word)];
    load_planes<Word>(planes, first, words);
    for (std::size_t i = 0; i < sizeof(Word); ++i) {
        void* const to = elements + i * sizeof(__m256i);
        if constexpr (kRotate) words[i] = rotated<Word, 8 * sizeof(Word) - 1>(words[i]);
        _mm256_storeu_si256(static_cast<__m256i*>(to), words[i]);
    }
}

}  // namespace ckptlite::codec::avx2

#endif
