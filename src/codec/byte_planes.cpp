// SPDX-License-Identifier: MIT
#include "codec/byte_planes.hpp"

#include <bit>
#include <cassert>
#include <type_traits>

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
CKPTLITE_ALWAYS_INLINE void words_to_planes(const Word* words, std::byte* const* planes,
                                            std::size_t first) {
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
CKPTLITE_ALWAYS_INLINE void planes_to_words(const ByteView* planes, std::size_t first,
                                            Word* words) {
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

template <typename Word, std::size_t kCount>
CKPTLITE_ALWAYS_INLINE void split_some(const std::byte* elements, bool rotate,
                                       std::byte* const* planes, std::size_t first) {
    Word words[kCount];
    std::memcpy(words, elements, sizeof words);
    if (rotate) {
        for (Word& word : words) word = std::rotl(word, 1);
    }
    words_to_planes<Word, kCount>(words, planes, first);
}

template <typename Word, std::size_t kCount>
CKPTLITE_ALWAYS_INLINE void merge_some(const ByteView* planes, std::size_t first, bool rotate,
                                       std::byte* elements) {
    Word words[kCount];
    planes_to_words<Word, kCount>(planes, first, words);
    if (rotate) {
        for (Word& word : words) word = std::rotr(word, 1);
    }
    std::memcpy(elements, words, sizeof words);
}

template <typename Word>
CKPTLITE_ALWAYS_INLINE void split(ByteView elements, bool rotate, std::byte* const* planes) {
    const std::size_t count = elements.size() / sizeof(Word);
    const std::byte* const from = elements.data();
    std::size_t i = 0;
    for (; i + kBlock <= count; i += kBlock) {
        split_some<Word, kBlock>(from + i * sizeof(Word), rotate, planes, i);
    }
    for (; i < count; ++i) split_some<Word, 1>(from + i * sizeof(Word), rotate, planes, i);
}

template <typename Word>
CKPTLITE_ALWAYS_INLINE void merge(const ByteView* planes, bool rotate,
                                  std::span<std::byte> elements) {
    const std::size_t count = elements.size() / sizeof(Word);
    std::byte* const to = elements.data();
    std::size_t i = 0;
    for (; i + kBlock <= count; i += kBlock) {
        merge_some<Word, kBlock>(planes, i, rotate, to + i * sizeof(Word));
    }
    for (; i < count; ++i) merge_some<Word, 1>(planes, i, rotate, to + i * sizeof(Word));
}

CKPTLITE_ALWAYS_INLINE void split_any(ByteView elements, ElementLayout layout,
                                      std::byte* const* planes) {
    if (layout.width == 2) return split<std::uint16_t>(elements, layout.rotate, planes);
    if (layout.width == 4) return split<std::uint32_t>(elements, layout.rotate, planes);
    split<std::uint64_t>(elements, layout.rotate, planes);
}

CKPTLITE_ALWAYS_INLINE void merge_any(std::span<const ByteView> planes, bool rotate,
                                      std::span<std::byte> elements) {
    if (planes.size() == 2) return merge<std::uint16_t>(planes.data(), rotate, elements);
    if (planes.size() == 4) return merge<std::uint32_t>(planes.data(), rotate, elements);
    merge<std::uint64_t>(planes.data(), rotate, elements);
}

void split_baseline(ByteView elements, ElementLayout layout, std::byte* const* planes) noexcept {
    split_any(elements, layout, planes);
}

CKPTLITE_TARGET_AVX2 void split_avx2(ByteView elements, ElementLayout layout,
                                     std::byte* const* planes) noexcept {
    split_any(elements, layout, planes);
}

void merge_baseline(std::span<const ByteView> planes, bool rotate,
                    std::span<std::byte> elements) noexcept {
    merge_any(planes, rotate, elements);
}

CKPTLITE_TARGET_AVX2 void merge_avx2(std::span<const ByteView> planes, bool rotate,
                                     std::span<std::byte> elements) noexcept {
    merge_any(planes, rotate, elements);
}

}  // namespace

void split_planes(ByteView elements, ElementLayout layout, std::span<std::byte* const> planes,
                  InstructionSet set) noexcept {
    assert(has_planes(layout.width) && elements.size() % layout.width == 0);
    assert(planes.size() == layout.width);
    (set == InstructionSet::avx2 ? split_avx2 : split_baseline)(elements, layout, planes.data());
}

void merge_planes(std::span<const ByteView> planes, bool rotate, std::span<std::byte> elements,
                  InstructionSet set) noexcept {
    assert(has_planes(planes.size()) && elements.size() % planes.size() == 0);
    for ([[maybe_unused]] const ByteView plane : planes) {
        assert(plane.size() == elements.size() / planes.size());
    }
    (set == InstructionSet::avx2 ? merge_avx2 : merge_baseline)(planes, rotate, elements);
}

}  // namespace ckptlite::codec
