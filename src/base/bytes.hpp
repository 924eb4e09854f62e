// SPDX-License-Identifier: MIT
// Views of bytes and numbers in them. Pure functions; any thread.
#pragma once

#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>

namespace ckptlite {

// The format stores C-order little-endian elements as they lie in memory.
static_assert(std::endian::native == std::endian::little,
              "ckptlite needs a little-endian machine: tensors are stored as they lie in memory");

using ByteView = std::span<const std::byte>;

inline ByteView as_bytes(std::string_view text) noexcept {
    return std::as_bytes(std::span<const char>(text.data(), text.size()));
}

/// The first sizeof(T) bytes as a number. The caller has checked that they are there.
template <typename T>
T load_le(const std::byte* from) noexcept {
    T value;
    std::memcpy(&value, from, sizeof value);
    return value;
}

template <typename T>
void store_le(std::byte* to, T value) noexcept {
    std::memcpy(to, &value, sizeof value);
}

/// All of them, at most eight, as one big-endian number: SQLite's own are that.
inline std::uint64_t load_be(ByteView bytes) noexcept {
    std::uint64_t value = 0;
    for (const std::byte byte : bytes) value = value << 8 | std::to_integer<std::uint64_t>(byte);
    return value;
}

}  // namespace ckptlite
