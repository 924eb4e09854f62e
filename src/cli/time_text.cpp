// SPDX-License-Identifier: MIT
#include "cli/time_text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <ctime>
#include <limits>

namespace ckptlite::cli {
namespace {

std::optional<std::int64_t> digits(std::string_view text) {
    std::int64_t value = 0;
    const char* const end = text.data() + text.size();
    const auto [stopped, error] = std::from_chars(text.data(), end, value);
    if (text.empty() || error != std::errc() || stopped != end || value < 0) return std::nullopt;
    return value;
}

/// Seconds since 1970 of "2026-01-31T12:00:00.000Z".
std::optional<double> parse_time(std::string_view text) {
    constexpr std::string_view kForm = "####-##-##T##:##:##.###Z";
    if (text.size() != kForm.size()) return std::nullopt;
    for (std::size_t i = 0; i < kForm.size(); ++i) {
        if (kForm[i] != '#' && text[i] != kForm[i]) return std::nullopt;
    }
    constexpr std::array<std::pair<std::size_t, std::size_t>, 7> kFields = {
        {{0, 4}, {5, 2}, {8, 2}, {11, 2}, {14, 2}, {17, 2}, {20, 3}}};
    std::array<std::int64_t, kFields.size()> values{};
    for (std::size_t i = 0; i < kFields.size(); ++i) {
        const auto value = digits(text.substr(kFields[i].first, kFields[i].second));
        if (!value) return std::nullopt;
        values[i] = *value;
    }
    const std::chrono::year_month_day date{std::chrono::year(static_cast<int>(values[0])),
                                           std::chrono::month(static_cast<unsigned>(values[1])),
                                           std::chrono::day(static_cast<unsigned>(values[2]))};
    const bool within_day = values[3] < 24 && values[4] < 60 && values[5] < 60;
    if (!date.ok() || !within_day) return std::nullopt;
    const auto days = std::chrono::sys_days(date).time_since_epoch().count();
    const std::int64_t seconds = ((days * 24 + values[3]) * 60 + values[4]) * 60 + values[5];
    return static_cast<double>(seconds) + static_cast<double>(values[6]) / 1000;
}

struct Unit {
    char letter;
    std::int64_t seconds;
};
constexpr std::array kUnits = {Unit{'s', 1}, Unit{'m', 60}, Unit{'h', 3600}, Unit{'d', 86'400},
                               Unit{'w', 604'800}};

}  // namespace

std::string duration_text(double seconds) {
    constexpr std::uint64_t kMinute = 60;
    constexpr std::uint64_t kHour = 60 * kMinute;
    constexpr std::uint64_t kDay = 24 * kHour;
    const auto whole = static_cast<std::uint64_t>(std::max(0.0, seconds) + 0.5);
    if (whole < kMinute) return std::to_string(whole) + " s";
    if (whole < kHour) return std::to_string(whole / kMinute) + " min";
    if (whole < kDay) {
        return std::to_string(whole / kHour) + " h " + std::to_string(whole % kHour / kMinute) +
               " min";
    }
    return std::to_string(whole / kDay) + " d " + std::to_string(whole % kDay / kHour) + " h";
}

std::optional<double> seconds_between(std::string_view from, std::string_view to) {
    const auto start = parse_time(from);
    const auto end = parse_time(to);
    if (!start || !end) return std::nullopt;
    return *end - *start;
}

std::optional<std::int64_t> parse_duration(std::string_view text) {
    for (const Unit& unit : kUnits) {
        if (!text.ends_with(unit.letter)) continue;
        const auto count = digits(text.substr(0, text.size() - 1));
        if (!count || *count > std::numeric_limits<std::int64_t>::max() / unit.seconds) return {};
        return *count * unit.seconds;
    }
    return std::nullopt;
}

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
