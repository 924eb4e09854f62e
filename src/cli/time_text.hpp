// SPDX-License-Identifier: MIT
// Times and durations as people read them. Pure functions: safe from any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace ckptlite::cli {

/// "45 s", "12 min", "3 h 20 min", "4 d 2 h".
std::string duration_text(double seconds);

/// Between two times as the file has them, "2026-01-31T12:00:00.000Z". Nothing if one of them is no
/// such time.
std::optional<double> seconds_between(std::string_view from, std::string_view to);

/// "90s", "15m", "36h", "7d", "2w" as seconds; nothing if it is no such text.
std::optional<std::int64_t> parse_duration(std::string_view text);

}  // namespace ckptlite::cli
