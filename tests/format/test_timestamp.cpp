// SPDX-License-Identifier: MIT
#include <chrono>
#include <random>
#include <string>
#include <vector>

#include "ckptlite/error.hpp"
#include "format/timestamp.hpp"
#include "support/catch.hpp"
#include "support/throws.hpp"

namespace ckptlite::format {
namespace {

using namespace std::chrono;

sys_seconds at(int y, unsigned m, unsigned d, int hour, int minute, int second) {
    return sys_days(year(y) / month(m) / day(d)) + hours(hour) + minutes(minute) + seconds(second);
}

TEST_CASE("a time is written in UTC with milliseconds", "[format]") {
    CHECK(timestamp(system_clock::time_point{}) == "1970-01-01T00:00:00.000Z");
    CHECK(timestamp(at(2026, 1, 31, 12, 0, 0)) == "2026-01-31T12:00:00.000Z");
    CHECK(timestamp(at(2024, 2, 29, 23, 59, 59) + milliseconds(7)) == "2024-02-29T23:59:59.007Z");
}

TEST_CASE("fractions of a millisecond are cut off, before 1970 too", "[format]") {
    CHECK(timestamp(at(2026, 1, 1, 0, 0, 0) + microseconds(999'999)) == "2026-01-01T00:00:00.999Z");
    CHECK(timestamp(at(1970, 1, 1, 0, 0, 0) - microseconds(1)) == "1969-12-31T23:59:59.999Z");
}

TEST_CASE("a written time comes back to the millisecond", "[format]") {
    CHECK(parse_timestamp("2024-02-29T23:59:59.987Z") ==
          at(2024, 2, 29, 23, 59, 59) + milliseconds(987));
    std::mt19937_64 random(4);
    for (int i = 0; i < 2'000; ++i) {
        const sys_time<milliseconds> time(
            milliseconds(static_cast<std::int64_t>(random() % 9'000'000'000'000ULL)));
        CAPTURE(time.time_since_epoch().count());
        CHECK(parse_timestamp(timestamp(time)) == time);
    }
}

TEST_CASE("written times sort as text as they sort in time", "[format]") {
    std::mt19937_64 random(5);
    for (int i = 0; i < 2'000; ++i) {
        const system_clock::time_point a(milliseconds(random() % 8'000'000'000'000ULL));
        const system_clock::time_point b(milliseconds(random() % 8'000'000'000'000ULL));
        CAPTURE(timestamp(a), timestamp(b));
        CHECK((a < b) == (timestamp(a) < timestamp(b)));
    }
}

TEST_CASE("texts that are not a time of this form are corrupt", "[format]") {
    const std::vector<std::string> texts{
        "",
        "2026-01-31T12:00:00.000",
        "2026-01-31T12:00:00.000ZZ",
        "2026-01-31T12:00:00Z",
        "2026-01-31 12:00:00.000Z",
        "2026-01-31t12:00:00.000z",
        "2026-01-31T12:00:00,000Z",
        "2026-01-31T12:00:00.000+",
        "2026-1-031T12:00:00.000Z",
        "-026-01-31T12:00:00.000Z",
        "2026-02-29T12:00:00.000Z",
        "2026-13-01T12:00:00.000Z",
        "2026-00-01T12:00:00.000Z",
        "2026-01-00T12:00:00.000Z",
        "2026-01-31T24:00:00.000Z",
        "2026-01-31T12:60:00.000Z",
        "2026-01-31T12:00:60.000Z",
        "2026-01-31T12:00:00.0x0Z",
    };
    for (const std::string& text : texts) {
        CAPTURE(text);
        CHECK_THROWS_AS(parse_timestamp(text), Corrupt);
    }
    REQUIRE_THROWS_SAYING(parse_timestamp("yesterday"), Corrupt, "'yesterday'");
}

}  // namespace
}  // namespace ckptlite::format
