// SPDX-License-Identifier: MIT
// Smooths a noisy series. A pure function.
#pragma once

#include <cstddef>
#include <vector>

#include "cli/series.hpp"

namespace ckptlite::cli {

/// The exponential moving average in which a value weighs 1 - 2 / (n + 1) as much as the one after
/// it, so that about the last n count. What is not finite counts for nothing and stays as it is.
/// n of 0 or 1 changes nothing.
std::vector<Point> smoothed(std::vector<Point> points, std::size_t n);

}  // namespace ckptlite::cli
