// SPDX-License-Identifier: MIT
#include "cli/downsample.hpp"

#include <algorithm>
#include <array>
#include <optional>

namespace ckptlite::cli {
namespace {

/// What is to be seen of one column; indices into the points.
struct Column {
    std::size_t place;
    bool starts;
    std::size_t first, lowest, highest, last;
};

void append(std::vector<Vertex>& out, const Column& column, const std::vector<Point>& points) {
    std::array kept = {column.first, column.lowest, column.highest, column.last};
    std::sort(kept.begin(), kept.end());
    const auto end = std::unique(kept.begin(), kept.end());
    bool starts = column.starts;
    std::for_each(kept.begin(), end, [&](std::size_t i) {
        out.push_back({points[i], starts});
        starts = false;
    });
}

}  // namespace

std::size_t column_of(double place, std::size_t columns) noexcept {
    const double column = std::clamp(place, 0.0, 1.0) * static_cast<double>(columns);
    return std::min(static_cast<std::size_t>(column), columns - 1);
}

std::vector<Vertex> downsampled(const std::vector<Point>& points, const Axis& x, const Axis& y,
                                std::size_t columns) {
    std::vector<Vertex> out;
    std::optional<Column> current;
    bool gap = true;
    for (std::size_t i = 0; i < points.size(); ++i) {
        if (!y.shows(points[i].value)) {
            gap = true;
            continue;
        }
        const std::size_t place = column_of(x.at(static_cast<double>(points[i].step)), columns);
        if (!current || current->place != place) {
            if (current) append(out, *current, points);
            current = Column{place, gap, i, i, i, i};
        }
        gap = false;
        current->last = i;
        if (points[i].value < points[current->lowest].value) current->lowest = i;
        if (points[i].value > points[current->highest].value) current->highest = i;
    }
    if (current) append(out, *current, points);
    return out;
}

}  // namespace ckptlite::cli
