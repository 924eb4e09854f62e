// SPDX-License-Identifier: MIT
// A chart as SVG. The plot alone fits an <svg> of any width, so that the lettering of a page stays
// readable on a telephone; the file is complete in itself. Pure functions; names are escaped.
#pragma once

#include <cstddef>
#include <string>

#include "cli/chart.hpp"

namespace ckptlite::cli {

struct SvgPlotOptions {
    std::size_t height = 240;   ///< pixels, of the area with the curves
    std::size_t columns = 400;  ///< of which each shows the extremes of its points
    std::size_t x_ticks = 6;    ///< at most about so many
    std::size_t y_ticks = 6;
};

/// What an <svg> of that height holds: percent across, pixels down. Labels stand outside: 60 pixels
/// to the left, 24 below. It needs chart_css() and svg_symbols() once a document.
std::string svg_plot(const Chart& chart, const SvgPlotOptions& options);

/// The look of curves and lettering, light and dark; on paper always light.
std::string chart_css();

/// <defs> with the markers that curves and legends refer to.
std::string svg_symbols();

/// The marker of a curve, at a place of an <svg>.
std::string svg_symbol(std::size_t curve, const std::string& x, const std::string& y);

/// An inline <svg> with the marker of a curve, for a legend in HTML.
std::string svg_marker(std::size_t curve);

struct SvgFileOptions {
    std::size_t width = 800;   ///< pixels of all of it, at least 320
    std::size_t height = 320;  ///< pixels of the area with the curves, at least 80
};

/// A whole file, with title, legend and what could not be drawn.
std::string svg_file(const Chart& chart, const SvgFileOptions& options);

}  // namespace ckptlite::cli
