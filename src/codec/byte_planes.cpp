// SPDX-License-Identifier: MIT
#include "codec/byte_planes.hpp"

#include <bit>
#include <cassert>
#include <type_traits>

#include "codec/byte_planes_avx2.hpp"

namespace ckptlite::codec {
namespace {

// Elements go through local arrays of a fixed length, halving or doubling the word at each step:
// that is what compilers vectorise at -O2 too, having no aliasing and no odd ends to think of.
constexpr std::size_t kBlock = 64;

template <typename Word>
struct HalfOf;
template <>
struct HalfOf<std::uint16_t> : std::type_identity<std::uint8_t> {};
template <>
struct HalfOf<std::uint32_t> : std::type_identity<std::uint16_t> {};
template <>
struct HalfOf<std::uint64_t> : std::type_identity<std::uint32_t> {};
template <typename Word>
using Half = typename HalfOf<Word>::type;

template <typename Word, std::size_t kCount>
void words_to_planes(const Word* words, std::byte* const* planes, std::size_t first) noexcept {
    if constexpr (sizeof(Word) == 1) {
        std::memcpy(*planes + first, words, kCount);
    } else {
        Half<Word> low[kCount];
        Half<Word> high[kCount];
        for (std::size_t i = 0; i < kCount; ++i) {
            low[i] = static_cast<Half<Word>>(words[i]);
            high[i] = static_cast<Half<Word>>(words[i] >> (8 * sizeof(Half<Word>)));
        }
        words_to_planes<Half<Word>, kCount>(low, planes, first);
        words_to_planes<Half<Word>, kCount>(high, planes + sizeof(Half<Word>), first);
    }
}

template <typename Word, std::size_t kCount>
void planes_to_words(const ByteView* planes, std::size_t first, Word* words) noexcept {
    if constexpr (sizeof(Word) == 1) {
        std::memcpy(words, planes->data() + first, kCount);
    } else {
        Half<Word> low[kCount];
        Half<Word> high[kCount];
        planes_to_words<Half<Word>, kCount>(planes, first, low);
        planes_to_words<Half<Word>, kCount>(planes + sizeof(Half<Word>), first, high);
        for (std::size_t i = 0; i < kCount; ++i) {
            const auto top =
                static_cast<Word>(static_cast<Word>(high[i]) << (8 * sizeof(Half<Word>)));
            words[i] = static_cast<Word>(top | low[i]);
        }
    }
}

template <typename Word, bool kRotate, std::size_t kCount>
void split_some(const std::byte* elements, std::byte* const* planes, std::size_t first) noexcept {
    Word words[kCount];
    std::memcpy(words, elements, sizeof words);
    if constexpr (kRotate) {
        for (Word& word : words) word = std::rotl(word, 1);
    }
    words_to_planes<Word, kCount>(words, planes, first);
}

template <typename Word, bool kRotate, std::size_t kCount>
void merge_some(const ByteView* planes, std::size_t first, std::byte* elements) noexcept {
    Word words[kCount];
    planes_to_words<Word, kCount>(planes, first, words);
    if constexpr (kRotate) {
        for (Word& word : words) word = std::rotr(word, 1);
    }
    std::memcpy(elements, words, sizeof words);
}

/// Elements from `first` on.
template <typename Word, bool kRotate>
void split(ByteView elements, std::byte* const* planes, std::size_t first) noexcept {
    const std::size_t count = elements.size() / sizeof(Word);
    const std::byte* const from = elements.data();
    std::size_t i = first;
    for (; i + kBlock <= count; i += kBlock) {
        split_some<Word, kRotate, kBlock>(from + i * sizeof(Word), planes, i);
    }
    for (; i < count; ++i) split_some<Word, kRotate, 1>(from + i * sizeof(Word), planes, i);
}

template <typename Word, bool kRotate>
void merge(const ByteView* planes, std::span<std::byte> elements, std::size_t first) noexcept {
    const std::size_t count = elements.size() / sizeof(Word);
    std::byte* const to = elements.data();
    std::size_t i = first;
    for (; i + kBlock <= count; i += kBlock) {
        merge_some<Word, kRotate, kBlock>(planes, i, to + i * sizeof(Word));
    }
    for (; i < count; ++i) merge_some<Word, kRotate, 1>(planes, i, to + i * sizeof(Word));
}

#if CKPTLITE_HAVE_AVX2

template <typename Word, bool kRotate>
CKPTLITE_TARGET_AVX2 void split_avx2(ByteView elements, std::byte* const* planes) noexcept {
    const std::size_t count = elements.size() / sizeof(Word);
    std::size_t i = 0;
    for (; i + avx2::kBlock <= count; i += avx2::kBlock) {
        avx2::split_block<Word, kRotate>(elements.data() + i * sizeof(Word), planes, i);
    }
    split<Word, kRotate>(elements, planes, i);
}

template <typename Word, bool kRotate>
CKPTLITE_TARGET_AVX2 void merge_avx2(const ByteView* planes,
                                     std::span<std::byte> elements) noexcept {
    const std::size_t count = elements.size() / sizeof(Word);
    std::size_t i = 0;
    for (; i + avx2::kBlock <= count; i += avx2::kBlock) {
        avx2::merge_block<Word, kRotate>(planes, i, elements.data() + i * sizeof(Word));
    }
    merge<Word, kRotate>(planes, elements, i);
}

#endif

template <typename Word, bool kRotate>
void split_with(InstructionSet set, ByteView elements, std::byte* const* planes) noexcept {
#if CKPTLITE_HAVE_AVX2
    if (set == InstructionSet::avx2) return split_avx2<Word, kRotate>(elements, planes);
#endif
    static_cast<void>(set);
    split<Word, kRotate>(elements, planes, 0);
}

template <typename Word, bool kRotate>
void merge_with(InstructionSet set, const ByteView* planes,
                std::span<std::byte> elements) noexcept {
#if CKPTLITE_HAVE_AVX2
    if (set == InstructionSet::avx2) return merge_avx2<Word, kRotate>(planes, elements);
#endif
    static_cast<void>(set);
    merge<Word, kRotate>(planes, elements, 0);
}

}  // namespace

void split_planes(ByteView elements, ElementLayout layout, std::span<std::byte* const> planes,
                  InstructionSet set) noexcept {
    assert(has_planes(layout.width) && elements.size() % layout.width == 0);
    assert(planes.size() == layout.width);
    std::byte* const* const to = planes.data();
    switch (layout.width) {
        case 2:
            return layout.rotate ? split_with<std::uint16_t, true>(set, elements, to)
                                 : split_with<std::uint16_t, false>(set, elements, to);
        case 4:
            return layout.rotate ? split_with<std::uint32_t, true>(set, elements, to)
                                 : split_with<std::uint32_t, false>(set, elements, to);
        default:
            return layout.rotate ? split_with<std::uint64_t, true>(set, elements, to)
                                 : split_with<std::uint64_t, false>(set, elements, to);
    }
}

void merge_planes(std::span<const ByteView> planes, bool rotate, std::span<std::byte> elements,
                  InstructionSet set) noexcept {
    assert(has_planes(planes.size()) && elements.size() % planes.size() == 0);
    for ([[maybe_unused]] const ByteView plane : planes) {
        assert(plane.size() == elements.size() / planes.size());
    }
    const ByteView* const from = planes.data();
    switch (planes.size()) {
        case 2:
            return rotate ? merge_with<std::uint16_t, true>(set, from, elements)
                          : merge_with<std::uint16_t, false>(set, from, elements);
        case 4:
            return rotate ? merge_with<std::uint32_t, true>(set, from, elements)
                          : merge_with<std::uint32_t, false>(set, from, elements);
        default:
            return rotate ? merge_with<std::uint64_t, true>(set, from, elements)
                          : merge_with<std::uint64_t, false>(set, from, elements);
    }
}

}  // namespace ckptlite::codec
