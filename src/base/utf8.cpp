// SPDX-License-Identifier: MIT
#include "base/utf8.hpp"

#include <array>
#include <cstddef>

namespace ckptlite {
namespace {

// The well-formed sequences of the Unicode standard, table 3-7: only the second byte's range
// depends on the first byte; every later byte is 80..BF.
struct Lead {
    unsigned char first, last;  // range of the first byte
    unsigned char second_low, second_high;
    std::size_t length;
};
constexpr std::array<Lead, 8> kLeads{{
    {0xC2, 0xDF, 0x80, 0xBF, 2},
    {0xE0, 0xE0, 0xA0, 0xBF, 3},
    {0xE1, 0xEC, 0x80, 0xBF, 3},
    {0xED, 0xED, 0x80, 0x9F, 3},
    {0xEE, 0xEF, 0x80, 0xBF, 3},
    {0xF0, 0xF0, 0x90, 0xBF, 4},
    {0xF1, 0xF3, 0x80, 0xBF, 4},
    {0xF4, 0xF4, 0x80, 0x8F, 4},
}};

bool within(unsigned char byte, unsigned char low, unsigned char high) noexcept {
    return low <= byte && byte <= high;
}

unsigned char byte_at(std::string_view text, std::size_t i) noexcept {
    return static_cast<unsigned char>(text[i]);
}

/// Bytes of the well-formed sequence that `text` begins with; 0 if it begins with none.
std::size_t sequence_length(std::string_view text) noexcept {
    const unsigned char first = byte_at(text, 0);
    if (first < 0x80) return 1;
    for (const Lead& lead : kLeads) {
        if (!within(first, lead.first, lead.last)) continue;
        if (text.size() < lead.length) return 0;
        if (!within(byte_at(text, 1), lead.second_low, lead.second_high)) return 0;
        for (std::size_t i = 2; i < lead.length; ++i)
            if (!within(byte_at(text, i), 0x80, 0xBF)) return 0;
        return lead.length;
    }
    return 0;
}

}  // namespace

bool is_valid_utf8(std::string_view text) noexcept {
    while (!text.empty()) {
        const std::size_t length = sequence_length(text);
        if (length == 0) return false;
        text.remove_prefix(length);
    }
    return true;
}

}  // namespace ckptlite
