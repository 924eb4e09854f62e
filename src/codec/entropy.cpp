// SPDX-License-Identifier: MIT
#include "codec/entropy.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>

#include "codec/byte_histogram.hpp"

namespace ckptlite::codec {
namespace {

// Neighbours that are taken together: one miss of the cache for all of them.
constexpr std::size_t kStretch = 16;
constexpr std::size_t kStretches = kEntropySamples / kStretch;

// Where stretch i of the sample begins: somewhere in part i of equally many, at a place that looks
// random. A fixed stride would meet the same columns of a matrix with a power of two of columns.
std::size_t stretch_position(std::size_t i, std::size_t count) noexcept {
    const std::size_t first = i * count / kStretches;
    const std::size_t places = (i + 1) * count / kStretches - first - kStretch + 1;
    const std::uint64_t mixed = (std::uint64_t{i} * 0x9E37'79B9'7F4A'7C15U) >> 32;  // Fibonacci
    return first + static_cast<std::size_t>((mixed * places) >> 32);
}

/// Copies the sampled elements to `sample` and returns those that were taken.
ByteView take_sample(ByteView elements, std::size_t width, std::byte* sample) noexcept {
    const std::size_t count = elements.size() / width;
    if (count <= kEntropySamples) return elements;
    for (std::size_t i = 0; i < kStretches; ++i) {
        const std::size_t first = stretch_position(i, count);
        std::memcpy(sample + i * kStretch * width, elements.data() + first * width,
                    kStretch * width);
    }
    return {sample, kEntropySamples * width};
}

double entropy_of(ByteView bytes) noexcept {
    ByteHistogram histogram;
    histogram.add(bytes);
    double sum = 0.0;
    for (const std::uint32_t count : histogram.counts()) {
        if (count > 0) sum += count * std::log2(static_cast<double>(count));
    }
    const auto total = static_cast<double>(bytes.size());
    return bytes.empty() ? 0.0 : std::log2(total) - sum / total;
}

}  // namespace

double sampled_entropy(ByteView bytes) noexcept {
    std::array<std::byte, kEntropySamples> sample;
    return entropy_of(take_sample(bytes, 1, sample.data()));
}

std::array<double, kMaxPlanes> sampled_entropies(ByteView elements, ElementLayout layout) noexcept {
    std::array<std::byte, kMaxPlanes * kEntropySamples> room;
    const ByteView sample = take_sample(elements, layout.width, room.data());
    std::array<std::byte, kMaxPlanes * kEntropySamples> split;
    std::array<std::byte*, kMaxPlanes> planes;
    const std::size_t size = sample.size() / layout.width;
    for (std::size_t i = 0; i < layout.width; ++i) planes[i] = split.data() + i * size;
    split_planes(sample, layout, std::span(planes).first(layout.width));
    std::array<double, kMaxPlanes> entropies{};
    for (std::size_t i = 0; i < layout.width; ++i) entropies[i] = entropy_of({planes[i], size});
    return entropies;
}

}  // namespace ckptlite::codec
