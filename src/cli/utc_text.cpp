// SPDX-License-Identifier: MIT
#include "cli/utc_text.hpp"

#include <array>
#include <cstddef>
#include <cstdio>
#include <ctime>

namespace ckptlite::cli {

std::string utc_text(std::chrono::system_clock::time_point time) {
    const auto whole = std::chrono::floor<std::chrono::seconds>(time);
    const auto rest = std::chrono::duration_cast<std::chrono::milliseconds>(time - whole).count();
    const std::time_t seconds = std::chrono::system_clock::to_time_t(whole);
    std::tm parts{};
    if (::gmtime_r(&seconds, &parts) == nullptr) return "-";
    std::array<char, 40> date{};
    std::strftime(date.data(), date.size(), "%Y-%m-%dT%H:%M:%S", &parts);
    std::array<char, 16> fraction{};
    std::snprintf(fraction.data(), fraction.size(), ".%03dZ", static_cast<int>(rest));
    return std::string(date.data()) + fraction.data();
}

std::string minute_text(std::string_view text) {
    constexpr std::size_t kDate = 10;
    constexpr std::size_t kMinute = 16;
    if (text.size() < kMinute || text[kDate] != 'T' || text.back() != 'Z') return std::string(text);
    return std::string(text.substr(0, kDate)) + " " +
           std::string(text.substr(kDate + 1, kMinute - kDate - 1));
}

}  // namespace ckptlite::cli
