// SPDX-License-Identifier: MIT
#include <algorithm>

#include "cli/output.hpp"
#include "cli/report_page.hpp"

namespace ckptlite::cli {
namespace {

/// A curve with more points than a picture has columns is hard to see through.
constexpr std::size_t kNoisy = 400;
/// Columns of a picture; with many curves fewer, so that the page stays small.
constexpr std::size_t kMostColumns = 400;
constexpr std::size_t kFewestColumns = 60;
constexpr std::size_t kCorners = 60000;  // about, on the whole page

std::size_t smoothing_of(const MetricCurves& of) {
    std::size_t longest = 0;
    for (const Series& series : of.series) longest = std::max(longest, series.points.size());
    return longest > kNoisy ? longest / 100 : 0;
}

/// A column takes four corners at most, and those of the smooth curve as well.
std::size_t columns_of(const ReportData& data) {
    std::size_t curves = 0;
    for (const MetricCurves& of : data.curves) {
        curves += of.series.size() * (smoothing_of(of) > 0 ? 2 : 1);
    }
    return std::clamp(kCorners / (4 * std::max<std::size_t>(curves, 1)), kFewestColumns,
                      kMostColumns);
}

Markup curves(const MetricCurves& of, std::size_t columns) {
    const std::size_t smooth = smoothing_of(of);
    const Chart chart = chart_of(of.series, {.scale = fitting_scale(of.series), .smooth = smooth});
    std::string note = smooth > 0 ? "all values faint behind it" : "";
    if (of.runs_left_out > 0) {
        note += (note.empty() ? "" : "; ") +
                counted(of.runs_left_out, "earlier run is", "earlier runs are") + " not shown";
    }
    return figure(chart, {.columns = columns, .note = note});
}

}  // namespace

Markup curves_section(const ReportData& data) {
    Markup inside;
    const std::size_t columns = columns_of(data);
    for (const MetricCurves& of : data.curves) inside += curves(of, columns);
    if (data.curves.empty()) inside = element("p", raw("Nothing was logged."));
    return section("curves", "Curves", element("div class=\"charts\"", inside));
}

}  // namespace ckptlite::cli
