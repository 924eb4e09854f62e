// SPDX-License-Identifier: MIT
#include "cli/time_text.hpp"

#include <chrono>

#include "support/catch.hpp"

namespace ckptlite::cli {
namespace {

using std::chrono::milliseconds;

TEST_CASE("a duration is told in its two largest units", "[cli]") {
    CHECK(duration_text(-1) == "0 s");
    CHECK(duration_text(0.4) == "0 s");
    CHECK(duration_text(59.4) == "59 s");
    CHECK(duration_text(60) == "1 min");
    CHECK(duration_text(3599) == "59 min");
    CHECK(duration_text(12'000) == "3 h 20 min");
    CHECK(duration_text(86'399) == "23 h 59 min");
    CHECK(duration_text(4 * 86'400 + 2 * 3'600) == "4 d 2 h");
}

TEST_CASE("a duration is read with its unit", "[cli]") {
    CHECK(parse_duration("90s") == 90);
    CHECK(parse_duration("15m") == 15 * 60);
    CHECK(parse_duration("36h") == 36 * 3'600);
    CHECK(parse_duration("7d") == 7 * 86'400);
    CHECK(parse_duration("2w") == 14 * 86'400);
    CHECK(parse_duration("9223372036854775807s") == INT64_MAX);
    for (const char* text : {"", "s", "90", "-1s", "1.5h", "7 d", "7D", "9223372036854775807m",
                             "92233720368547758080s"}) {
        CAPTURE(text);
        CHECK(!parse_duration(text));
    }
}

TEST_CASE("seconds between two times, if both are times", "[cli]") {
    CHECK(seconds_between("2024-02-28T23:59:59.500Z", "2024-03-01T00:00:00.250Z") == 86'400.75);
    CHECK(seconds_between("1970-01-01T00:00:01.000Z", "1970-01-01T00:00:00.000Z") == -1);
    const char* const good = "2026-01-31T12:00:00.000Z";
    for (const char* text :
         {"", "2026-01-31", "2026-02-30T12:00:00.000Z", "2026-01-31 12:00:00.000Z",
          "2026-01-31T1x:00:00.000Z", "2026-01-31T24:00:00.000Z", "2026-01-31T12:60:00.000Z",
          "2026-01-31T12:00:60.000Z", "2026-01-31T12:00:00.0000"}) {
        CAPTURE(text);
        CHECK(!seconds_between(text, good));
        CHECK(!seconds_between(good, text));
    }
}

TEST_CASE("a time is written as files have it, and shown to the minute", "[cli]") {
    const std::chrono::system_clock::time_point epoch{};
    CHECK(utc_text(epoch) == "1970-01-01T00:00:00.000Z");
    CHECK(utc_text(epoch - milliseconds(1)) == "1969-12-31T23:59:59.999Z");
    CHECK(utc_text(epoch + milliseconds(1'769'860'800'007)) == "2026-01-31T12:00:00.007Z");
    CHECK(minute_text("2026-01-31T12:34:56.000Z") == "2026-01-31 12:34");
    for (const char* text : {"", "never", "2026-01-31 12:34:56.000Z", "2026-01-31T12:34:56.000"}) {
        CHECK(minute_text(text) == text);
    }
}

}  // namespace
}  // namespace ckptlite::cli
