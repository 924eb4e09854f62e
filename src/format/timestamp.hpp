// SPDX-License-Identifier: MIT
// Times as the file stores them: RFC 3339 in UTC with milliseconds, "2026-01-31T12:00:00.000Z".
#pragma once

#include <chrono>
#include <string>
#include <string_view>

namespace ckptlite::format {

std::string timestamp(std::chrono::system_clock::time_point at);

/// Throws Corrupt unless the text has exactly the form above and names a real time.
std::chrono::sys_time<std::chrono::milliseconds> parse_timestamp(std::string_view text);

}  // namespace ckptlite::format
