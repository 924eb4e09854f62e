// SPDX-License-Identifier: MIT
#include "cli/smoothing.hpp"

#include <cmath>

namespace ckptlite::cli {

std::vector<Point> smoothed(std::vector<Point> points, std::size_t n) {
    if (n < 2) return points;
    const double fresh = 2.0 / (static_cast<double>(n) + 1.0);
    double average = 0;
    double weight = 0;  // of all values so far; divided by it, the first one counts fully
    for (Point& point : points) {
        if (!std::isfinite(point.value)) continue;
        average = average * (1 - fresh) + point.value * fresh;
        weight = weight * (1 - fresh) + fresh;
        point.value = average / weight;
    }
    return points;
}

}  // namespace ckptlite::cli
