// SPDX-License-Identifier: MIT
// Points in time, in UTC. Pure functions.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

namespace ckptlite::cli {

/// As the file has them: "2026-01-31T12:00:00.000Z".
std::string utc_text(std::chrono::system_clock::time_point time);

/// "2026-01-31 12:00" of a time as the file has it; anything else as it is.
std::string minute_text(std::string_view text);

}  // namespace ckptlite::cli
