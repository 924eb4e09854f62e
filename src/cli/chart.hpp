// SPDX-License-Identifier: MIT
// A picture of curves before anybody draws it: which curves, from where to where, what stands
// beside them. The terminal, the SVG and the report draw the same one. Plain values and pure
// functions.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "cli/axis.hpp"
#include "cli/series.hpp"

namespace ckptlite::cli {

struct Curve {
    std::string name{};           ///< what tells it from the others; not yet safe to print
    std::vector<Point> points{};  ///< as they were logged
    std::vector<Point> smooth{};  ///< empty unless smoothed
    SeriesSummary summary{};      ///< of `points`
    std::size_t style = 0;        ///< see chart_style.hpp

    /// What is to be seen first: the smooth curve if there is one.
    const std::vector<Point>& shown() const { return smooth.empty() ? points : smooth; }
};

struct Chart {
    std::string title{};
    std::vector<Curve> curves{};
    Axis x{Range{}};  ///< steps
    Axis y{Range{}};
    std::size_t smooth = 0;  ///< over how many points; 0 if not at all

    /// At most so many; whole steps only.
    std::vector<Tick> x_ticks(std::size_t most) const;
};

struct ChartOptions {
    Scale scale = Scale::linear;
    std::size_t smooth = 0;
    /// Whether the values as they were logged are drawn behind the smooth curve, and have to fit.
    bool raw_behind = true;
};

/// The curves in the order of the series.
Chart chart_of(std::vector<Series> series, const ChartOptions& options);

/// Logarithmic if all is positive and either spans more than three powers of ten, or one value in a
/// hundred at most towers so high that the others would lie flat under it.
Scale fitting_scale(const std::vector<Series>& series);

/// Finite values that a logarithmic scale has no place for.
Occurrences not_positive(const std::vector<Point>& points);

/// Where a curve could not be drawn: at the border, in one column of so many.
struct BorderMark {
    enum class Kind { nan, above, below };
    Kind kind;
    std::size_t curve;   ///< index into the chart's curves
    std::size_t column;  ///< of so many
};
/// At most one of a kind, curve and column.
std::vector<BorderMark> border_marks(const Chart& chart, std::size_t columns);

/// A sentence for each curve with values that no scale shows.
std::vector<std::string> chart_notes(const Chart& chart);

}  // namespace ckptlite::cli
