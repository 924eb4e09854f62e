// SPDX-License-Identifier: MIT
// A metric of a run as numbers over steps, and what can be said of it in a line. Plain values and
// pure functions.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "ckptlite/metrics.hpp"

namespace ckptlite::cli {

struct Point {
    std::int64_t step = 0;
    double value = 0;  ///< NaN and infinities as they were logged

    friend bool operator==(const Point&, const Point&) = default;
};

struct Series {
    MetricName metric{};
    std::string run{};
    std::vector<Point> points{};  ///< by step
    /// Which colour and marker it has, so that a run looks the same on every picture; where none is
    /// given, its position among the others decides.
    std::optional<std::size_t> style{};
};

/// How often a value occurs that no curve can show, and where it does so first.
struct Occurrences {
    std::size_t count = 0;
    std::int64_t first_step = 0;  ///< 0 if there are none

    void add(std::int64_t step);
};

/// The extremes are of the finite values; of equal ones, the earliest.
struct SeriesSummary {
    std::optional<Point> last{};  ///< whatever its value
    std::optional<Point> lowest{};
    std::optional<Point> highest{};
    Occurrences nan{};
    Occurrences above{};  ///< infinity
    Occurrences below{};  ///< -infinity
};

SeriesSummary summary_of(const std::vector<Point>& points);

/// "NaN at 12 steps, first at 840; infinity at step 900"; empty if all values are finite.
std::string not_finite_text(const SeriesSummary& summary);

}  // namespace ckptlite::cli
