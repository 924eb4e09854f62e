// SPDX-License-Identifier: MIT
// What is said of the curves of a chart in words and numbers. The extremes are those that were
// logged, smoothed or not. Pure functions.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "cli/chart.hpp"

namespace ckptlite::cli {

/// Of one curve. The name is not yet safe to print.
struct LegendRow {
    std::string name{};
    std::size_t style = 0;
    std::string last{};
    std::string lowest{};   ///< "0.28 at 4200"
    std::string highest{};  ///< "1.2 at 0"
};

/// In the order of the curves.
std::vector<LegendRow> legend_of(const Chart& chart);

/// "log scale, smoothed over 50"; empty if neither.
std::string subtitle_of(const Chart& chart);

/// For those who do not see the picture: "eval/loss over steps. alpha: last 0.31, ...".
std::string description_of(const Chart& chart);

}  // namespace ckptlite::cli
