// SPDX-License-Identifier: MIT
#include "cli/time_text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <cstdio>
#include <ctime>

namespace ckptlite::cli {
namespace {

constexpr std::string_view kForm = "0000-00-00T00:00:00";

bool has_form(std::string_view text) {
    if (text.size() < kForm.size() || text.back() != 'Z') return false;
    return std::equal(kForm.begin(), kForm.end(), text.begin(), [](char form, char c) {
        return form == '0' ? c >= '0' && c <= '9' : form == c;
    });
}

int digits(std::string_view text, std::size_t first, std::size_t count) {
    int value = 0;
    std::from_chars(text.data() + first, text.data() + first + count, value);
    return value;
}

/// What stands between the seconds and the Z.
double fraction(std::string_view text) {
    double value = 0;
    double unit = 0.1;
    for (std::size_t i = kForm.size() + 1; i + 1 < text.size(); ++i, unit /= 10) {
        if (text[i] >= '0' && text[i] <= '9') value += unit * (text[i] - '0');
    }
    return value;
}

}  // namespace

std::optional<Time> parse_time(std::string_view text) {
    if (!has_form(text)) return std::nullopt;
    const std::chrono::year_month_day day{
        std::chrono::year(digits(text, 0, 4)),
        std::chrono::month(static_cast<unsigned>(digits(text, 5, 2))),
        std::chrono::day(static_cast<unsigned>(digits(text, 8, 2)))};
    if (!day.ok()) return std::nullopt;
    const std::chrono::duration<double> within =
        std::chrono::hours(digits(text, 11, 2)) + std::chrono::minutes(digits(text, 14, 2)) +
        std::chrono::seconds(digits(text, 17, 2)) + std::chrono::duration<double>(fraction(text));
    return std::chrono::sys_days(day) + std::chrono::duration_cast<Time::duration>(within);
}

std::optional<double> seconds_between(std::string_view from, std::string_view to) {
    const auto first = parse_time(from);
    const auto last = parse_time(to);
    if (!first || !last) return std::nullopt;
    return std::chrono::duration<double>(*last - *first).count();
}

std::string utc_text(Time time) {
    const std::time_t seconds = std::chrono::system_clock::to_time_t(time);
    std::tm parts{};
    if (::gmtime_r(&seconds, &parts) == nullptr) return "-";
    std::array<char, 40> text{};
    std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &parts);
    return text.data();
}

std::string minute_text(std::string_view text) {
    if (!has_form(text)) return std::string(text);
    return std::string(text.substr(0, 10)) + " " + std::string(text.substr(11, 5));
}

std::string duration_text(double seconds) {
    if (!(seconds > 0)) return "0 s";
    if (seconds < 9.95) {
        std::array<char, 32> text{};
        std::snprintf(text.data(), text.size(), "%.1f s", seconds);
        return text.data();
    }
    constexpr double kLongest = 1e12;
    const auto whole = static_cast<std::uint64_t>(std::min(seconds, kLongest) + 0.5);
    if (whole < 60) return std::to_string(whole) + " s";
    if (whole < 3600) return std::to_string(whole / 60) + " min";
    const std::uint64_t hours = whole / 3600;
    if (hours < 24)
        return std::to_string(hours) + " h " + std::to_string(whole % 3600 / 60) + " min";
    return std::to_string(hours / 24) + " d " + std::to_string(hours % 24) + " h";
}

}  // namespace ckptlite::cli
