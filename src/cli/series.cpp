// SPDX-License-Identifier: MIT
#include "cli/series.hpp"

#include <cmath>

namespace ckptlite::cli {
namespace {

void append(std::string& text, const char* what, const Occurrences& of) {
    if (of.count == 0) return;
    if (!text.empty()) text += "; ";
    text += what;
    const std::string step = std::to_string(of.first_step);
    text += of.count == 1 ? " at step " + step
                          : " at " + std::to_string(of.count) + " steps, first at " + step;
}

}  // namespace

void Occurrences::add(std::int64_t step) {
    if (count == 0) first_step = step;
    ++count;
}

SeriesSummary summary_of(const std::vector<Point>& points) {
    SeriesSummary summary;
    if (!points.empty()) summary.last = points.back();
    for (const Point& point : points) {
        if (std::isnan(point.value)) {
            summary.nan.add(point.step);
        } else if (std::isinf(point.value)) {
            (point.value > 0 ? summary.above : summary.below).add(point.step);
        } else {
            if (!summary.lowest || point.value < summary.lowest->value) summary.lowest = point;
            if (!summary.highest || point.value > summary.highest->value) summary.highest = point;
        }
    }
    return summary;
}

std::string not_finite_text(const SeriesSummary& summary) {
    std::string text;
    append(text, "NaN", summary.nan);
    append(text, "infinity", summary.above);
    append(text, "-infinity", summary.below);
    return text;
}

}  // namespace ckptlite::cli
