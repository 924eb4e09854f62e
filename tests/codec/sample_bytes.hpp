// SPDX-License-Identifier: MIT
// Bytes to encode, of the kinds that occur in training state and of some that do not. The same
// seed gives the same bytes.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <initializer_list>
#include <random>
#include <span>
#include <vector>

#include "base/bytes.hpp"

namespace ckptlite::test {

using Bytes = std::vector<std::byte>;

inline Bytes bytes_of(std::initializer_list<int> values) {
    Bytes bytes;
    for (const int value : values) bytes.push_back(static_cast<std::byte>(value));
    return bytes;
}

template <typename T>
Bytes bytes_of_values(const std::vector<T>& values) {
    const ByteView view = std::as_bytes(std::span(values));
    return {view.begin(), view.end()};
}

/// `value(i)` for every i below count, as elements of its type.
template <typename Value>
Bytes generate(std::size_t count, Value value) {
    std::vector<decltype(value(count))> values;
    for (std::size_t i = 0; i < count; ++i) values.push_back(value(i));
    return bytes_of_values(values);
}

inline Bytes random_bytes(std::size_t count, std::uint64_t seed) {
    std::mt19937_64 random(seed);
    return generate(count, [&](std::size_t) { return static_cast<std::uint8_t>(random()); });
}

/// Few values, small ones more often.
inline Bytes skewed_bytes(std::size_t count, std::uint64_t seed) {
    std::mt19937_64 random(seed);
    return generate(count, [&](std::size_t) {
        return static_cast<std::uint8_t>((random() % 8) * (random() % 8) / 4);
    });
}

inline Bytes sawtooth_bytes(std::size_t count) {
    return generate(count, [](std::size_t i) { return static_cast<std::uint8_t>(i % 100); });
}

/// Weights as a layer is initialized with: normal, deviation 0.02.
template <typename Float>
Bytes gaussian(std::size_t count, std::uint64_t seed) {
    std::mt19937_64 random(seed);
    std::normal_distribution<Float> normal(Float{0}, Float(0.02));
    return generate(count, [&](std::size_t) { return normal(random); });
}

/// The upper halves of float32 values, as conversion to bfloat16 by truncation gives.
inline Bytes gaussian_bfloat16(std::size_t count, std::uint64_t seed) {
    const Bytes floats = gaussian<float>(count, seed);
    return generate(count,
                    [&](std::size_t i) { return load_le<std::uint16_t>(&floats[4 * i + 2]); });
}

inline Bytes int32_ramp(std::size_t count) {
    return generate(count, [](std::size_t i) { return static_cast<std::int32_t>(i * 3) - 700; });
}

}  // namespace ckptlite::test
