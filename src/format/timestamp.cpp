// SPDX-License-Identifier: MIT
#include "format/timestamp.hpp"

#include <array>
#include <cstdio>

#include "ckptlite/error.hpp"

namespace ckptlite::format {
namespace {

/// The decimal number in text[at, at + n), which has digits there.
int digits(std::string_view text, std::size_t at, std::size_t n) noexcept {
    int value = 0;
    for (const char digit : text.substr(at, n)) value = value * 10 + (digit - '0');
    return value;
}

constexpr std::string_view kForm = "0000-00-00T00:00:00.000Z";

bool has_form(std::string_view text) noexcept {
    if (text.size() != kForm.size()) return false;
    for (std::size_t i = 0; i < kForm.size(); ++i) {
        const bool digit = text[i] >= '0' && text[i] <= '9';
        if (kForm[i] == '0' ? !digit : text[i] != kForm[i]) return false;
    }
    return true;
}

}  // namespace

std::string timestamp(std::chrono::system_clock::time_point at) {
    using namespace std::chrono;
    const auto day = floor<days>(at);
    const year_month_day date(day);
    const hh_mm_ss time(floor<milliseconds>(at - day));
    std::array<char, 64> text{};
    const int n = std::snprintf(
        text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02d.%03dZ",
        static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
        static_cast<unsigned>(date.day()), static_cast<int>(time.hours().count()),
        static_cast<int>(time.minutes().count()), static_cast<int>(time.seconds().count()),
        static_cast<int>(time.subseconds().count()));
    return {text.data(), static_cast<std::size_t>(n)};
}

std::chrono::sys_time<std::chrono::milliseconds> parse_timestamp(std::string_view text) {
    using namespace std::chrono;
    if (has_form(text)) {
        const year_month_day date(year(digits(text, 0, 4)),
                                  month(static_cast<unsigned>(digits(text, 5, 2))),
                                  day(static_cast<unsigned>(digits(text, 8, 2))));
        const int hour = digits(text, 11, 2);
        const int minute = digits(text, 14, 2);
        const int second = digits(text, 17, 2);
        if (date.ok() && hour < 24 && minute < 60 && second < 60) {
            return sys_days(date) + hours(hour) + minutes(minute) + seconds(second) +
                   milliseconds(digits(text, 20, 3));
        }
    }
    throw Corrupt("'" + std::string(text) + "' is not a time of the form 2026-01-31T12:00:00.000Z");
}

}  // namespace ckptlite::format
