// SPDX-License-Identifier: MIT
#include "codec/byte_runs.hpp"

#include <algorithm>

namespace ckptlite::codec {
namespace {

constexpr std::size_t kWord = sizeof(std::uint64_t);

bool word_repeats(const std::byte* at) noexcept {
    return load_le<std::uint64_t>(at) == load_le<std::uint64_t>(at - 1);
}

// Steps of several words at a time: without runs, this is all that happens.
std::size_t skip_to_repeated_word(const std::byte* bytes, std::size_t at,
                                  std::size_t end) noexcept {
    for (; at + 4 * kWord <= end; at += 4 * kWord) {
        int repeated = 0;  // added up, so that four comparisons need one branch
        for (std::size_t word = 0; word < 4; ++word) {
            repeated += word_repeats(bytes + at + word * kWord) ? 1 : 0;
        }
        if (repeated > 0) break;
    }
    for (; at + kWord <= end; at += kWord) {
        if (word_repeats(bytes + at)) return at;
    }
    return end;
}

}  // namespace

FoundRuns find_runs(ByteView view, std::size_t begin, std::size_t end,
                    std::span<ByteRun> runs) noexcept {
    const std::byte* const bytes = view.data();
    std::size_t floor = std::max<std::size_t>(begin, 1);
    for (std::size_t count = 0;; ++count) {
        std::size_t first = skip_to_repeated_word(bytes, floor, end);
        if (first == end) return {count, end};
        if (count == runs.size()) return {count, floor};
        std::size_t last = first + kWord;
        while (first > floor && bytes[first - 1] == bytes[first - 2]) --first;
        while (last + kWord <= end && word_repeats(bytes + last)) last += kWord;
        while (last < end && bytes[last] == bytes[last - 1]) ++last;
        runs[count] = {static_cast<std::uint32_t>(first), static_cast<std::uint32_t>(last - first)};
        floor = last;
    }
}

}  // namespace ckptlite::codec
