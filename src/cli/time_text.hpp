// SPDX-License-Identifier: MIT
// Times as a file has them, and as people read them. Pure functions.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace ckptlite::cli {

using Time = std::chrono::system_clock::time_point;

/// RFC 3339 in UTC, such as 2026-01-31T12:00:00.000Z; nothing if it is not that.
std::optional<Time> parse_time(std::string_view text);

/// Seconds from one to the other; nothing if one of them is no time.
std::optional<double> seconds_between(std::string_view from, std::string_view to);

/// "2026-01-31T12:00:00Z".
std::string utc_text(Time time);

/// "2026-01-31 12:00" of a time as the file has it; anything else as it is.
std::string minute_text(std::string_view text);

/// "0.3 s", "42 s", "5 min", "2 h 10 min", "3 d 4 h".
std::string duration_text(double seconds);

}  // namespace ckptlite::cli
