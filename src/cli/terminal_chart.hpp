// SPDX-License-Identifier: MIT
// A chart as lines of text: braille dots between axes, a legend with the extremes of each curve,
// and what could not be drawn. A pure function.
#pragma once

#include <cstddef>
#include <string>

#include "cli/chart.hpp"

namespace ckptlite::cli {

struct TerminalChartOptions {
    std::size_t width = 80;   ///< columns of all of it, at least 30
    std::size_t height = 16;  ///< lines of the area with the curves, at least 4
    bool colours = false;
};

/// With a newline at the end of each line; names are made printable.
std::string terminal_chart(const Chart& chart, const TerminalChartOptions& options);

}  // namespace ckptlite::cli
