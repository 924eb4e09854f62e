// SPDX-License-Identifier: MIT
#include "codec/entropy.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>

namespace ckptlite::codec {
namespace {

// One sample from each of `samples` equal stretches, at a place in it that looks random: a fixed
// stride would meet the same column of a matrix with a power of two of columns every time.
std::size_t sample_position(std::size_t i, std::size_t samples, std::size_t size) noexcept {
    const std::size_t first = i * size / samples;
    const std::size_t stretch = (i + 1) * size / samples - first;
    const std::uint64_t mixed = (std::uint64_t{i} * 0x9E37'79B9'7F4A'7C15U) >> 32;  // Fibonacci
    return first + static_cast<std::size_t>(mixed % stretch);
}

}  // namespace

double sampled_entropy(ByteView bytes) noexcept {
    if (bytes.empty()) return 0.0;
    const std::size_t samples = std::min(bytes.size(), kEntropySamples);
    std::array<std::uint32_t, 256> counts{};
    for (std::size_t i = 0; i < samples; ++i) {
        ++counts[std::to_integer<std::size_t>(bytes[sample_position(i, samples, bytes.size())])];
    }
    double sum = 0.0;
    for (const std::uint32_t count : counts) {
        if (count > 0) sum += count * std::log2(static_cast<double>(count));
    }
    const auto total = static_cast<double>(samples);
    return std::log2(total) - sum / total;
}

}  // namespace ckptlite::codec
