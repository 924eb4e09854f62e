// SPDX-License-Identifier: MIT
// What fuzz targets have in common: their entry point, the check that stops a fuzzer, and an input
// taken apart from its front. Each target checks what a decoder promises about any bytes; see
// "Fuzzing" in CONTRIBUTING.md. One thread.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "base/bytes.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace ckptlite::fuzz {

/// A fuzzer reports the input that made it abort. Unlike assert(), it is there in every build.
inline void require(bool condition) {
    if (!condition) std::abort();
}

/// Borrows the input. What is asked for beyond its end reads as zeroes or is shorter.
class Input {
public:
    Input(const std::uint8_t* data, std::size_t size)
        : rest_(std::as_bytes(std::span(data, size))) {}

    bool empty() const noexcept { return rest_.empty(); }
    /// 0 to 255.
    unsigned byte() noexcept { return static_cast<unsigned>(number(1)); }
    /// Little endian, `width` bytes.
    std::uint64_t number(std::size_t width) noexcept {
        std::uint64_t value = 0;
        const ByteView bytes = take(width);
        for (std::size_t i = 0; i < bytes.size(); ++i) {
            value |= std::to_integer<std::uint64_t>(bytes[i]) << (8 * i);
        }
        return value;
    }
    ByteView take(std::size_t n) noexcept {
        const ByteView front = rest_.first(std::min(n, rest_.size()));
        rest_ = rest_.subspan(front.size());
        return front;
    }
    ByteView rest() noexcept { return take(rest_.size()); }
    std::string_view text(std::size_t n) noexcept {
        const ByteView bytes = take(n);
        return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
    }
    std::string_view text() noexcept { return text(rest_.size()); }

private:
    ByteView rest_;
};

}  // namespace ckptlite::fuzz
