// SPDX-License-Identifier: MIT
#include "cli/legend.hpp"

#include <optional>

#include "cli/output.hpp"

namespace ckptlite::cli {
namespace {

std::string extreme_text(const std::optional<Point>& point) {
    if (!point) return "-";
    return number_text(point->value) + " at " + std::to_string(point->step);
}

}  // namespace

std::vector<LegendRow> legend_of(const Chart& chart) {
    std::vector<LegendRow> rows;
    for (const Curve& curve : chart.curves) {
        const SeriesSummary& of = curve.summary;
        rows.push_back({.name = curve.name,
                        .style = curve.style,
                        .last = of.last ? number_text(of.last->value) : "-",
                        .lowest = extreme_text(of.lowest),
                        .highest = extreme_text(of.highest)});
    }
    return rows;
}

std::string subtitle_of(const Chart& chart) {
    std::string text = chart.y.scale() == Scale::logarithmic ? "log scale" : "";
    if (chart.smooth == 0) return text;
    return text + (text.empty() ? "" : ", ") + "smoothed over " + std::to_string(chart.smooth);
}

std::string description_of(const Chart& chart) {
    std::string text = chart.title + " over steps.";
    for (const LegendRow& row : legend_of(chart)) {
        text += " " + row.name + ": last " + row.last + ", lowest " + row.lowest + ", highest " +
                row.highest + ".";
    }
    return text;
}

}  // namespace ckptlite::cli
