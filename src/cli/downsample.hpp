// SPDX-License-Identifier: MIT
// Fewer points that look the same: of each column of a picture the first, the lowest, the highest
// and the last value. No extreme is ever lost. A pure function.
#pragma once

#include <cstddef>
#include <vector>

#include "cli/axis.hpp"
#include "cli/series.hpp"

namespace ckptlite::cli {

/// A corner of a curve.
struct Vertex {
    Point point{};
    bool starts = false;  ///< no line leads here: the first one, or one behind a gap
};

/// At most four a column. Values that `y` does not show leave a gap, unless it is narrower than a
/// column.
std::vector<Vertex> downsampled(const std::vector<Point>& points, const Axis& x, const Axis& y,
                                std::size_t columns);

/// Which of so many columns a place of 0 to 1 falls into.
std::size_t column_of(double place, std::size_t columns) noexcept;

}  // namespace ckptlite::cli
