// SPDX-License-Identifier: MIT
#include "cli/chart.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>
#include <tuple>
#include <utility>

#include "cli/downsample.hpp"
#include "cli/output.hpp"
#include "cli/smoothing.hpp"

namespace ckptlite::cli {
namespace {

/// Share of the height that is left free above and under the curves.
constexpr double kPadding = 0.03;

class Extent {
public:
    void add(double value) {
        low_ = std::min(low_, value);
        high_ = std::max(high_, value);
    }
    bool empty() const { return low_ > high_; }
    /// Where there is nothing to show, an axis that any scale can have.
    Range range() const { return empty() ? Range{1, 10} : Range{low_, high_}; }

private:
    double low_ = std::numeric_limits<double>::infinity();
    double high_ = -std::numeric_limits<double>::infinity();
};

void add_values(Extent& extent, const std::vector<Point>& points, Scale scale) {
    for (const Point& point : points) {
        if (!std::isfinite(point.value)) continue;
        if (scale == Scale::linear || point.value > 0) extent.add(point.value);
    }
}

/// The metric, the run, or both: whatever differs among the series.
std::string name_of(const Series& series, bool metrics_differ, bool runs_differ) {
    if (metrics_differ && runs_differ) return series.metric.text() + " " + series.run;
    return metrics_differ ? series.metric.text() : series.run;
}

void set_axes(Chart& chart, const ChartOptions& options) {
    Extent steps;
    Extent values;
    for (const Curve& curve : chart.curves) {
        for (const Point& point : curve.points) steps.add(static_cast<double>(point.step));
        add_values(values, curve.shown(), options.scale);
        if (options.raw_behind) add_values(values, curve.points, options.scale);
    }
    chart.x = Axis(steps.range());
    chart.y = Axis(values.range(), options.scale).padded(kPadding);
}

BorderMark::Kind kind_of(double value) {
    if (std::isnan(value)) return BorderMark::Kind::nan;
    return value > 0 ? BorderMark::Kind::above : BorderMark::Kind::below;
}

}  // namespace

std::vector<Tick> Chart::x_ticks(std::size_t most) const {
    double first = 0;
    double last = 0;
    bool any = false;
    for (const Curve& curve : curves) {
        if (curve.points.empty()) continue;
        const auto low = static_cast<double>(curve.points.front().step);
        const auto high = static_cast<double>(curve.points.back().step);
        first = any ? std::min(first, low) : low;
        last = any ? std::max(last, high) : high;
        any = true;
    }
    const double steps = std::clamp(last - first, 1.0, static_cast<double>(most));
    if (first == last) return {{x.at(first), tick_label(first)}};
    return x.ticks(static_cast<std::size_t>(steps));
}

Chart chart_of(std::vector<Series> series, const ChartOptions& options) {
    std::set<std::string> metrics;
    std::set<std::string> runs;
    for (const Series& one : series) {
        metrics.insert(one.metric.text());
        runs.insert(one.run);
    }
    Chart chart;
    chart.title = joined({metrics.begin(), metrics.end()});
    chart.smooth = options.smooth < 2 ? 0 : options.smooth;
    for (Series& one : series) {
        Curve& curve = chart.curves.emplace_back();
        curve.name = name_of(one, metrics.size() > 1, runs.size() > 1);
        curve.summary = summary_of(one.points);
        curve.style = one.style.value_or(chart.curves.size() - 1);
        if (chart.smooth > 0) curve.smooth = smoothed(one.points, chart.smooth);
        curve.points = std::move(one.points);
    }
    set_axes(chart, options);
    return chart;
}

Scale fitting_scale(const std::vector<Series>& series) {
    constexpr double kFarApart = 1000;
    constexpr double kTowers = 8;
    std::vector<double> values;
    for (const Series& one : series) {
        for (const Point& point : one.points) {
            if (std::isfinite(point.value)) values.push_back(point.value);
        }
    }
    if (values.empty()) return Scale::linear;
    const auto [low, high] = std::minmax_element(values.begin(), values.end());
    if (*low <= 0) return Scale::linear;
    const double lowest = *low;
    const double highest = *high;
    const auto most = values.begin() + static_cast<std::ptrdiff_t>(values.size() * 99 / 100);
    std::nth_element(values.begin(), most, values.end());
    const bool towers = highest > kTowers * *most;
    return highest / lowest > kFarApart || towers ? Scale::logarithmic : Scale::linear;
}

Occurrences not_positive(const std::vector<Point>& points) {
    Occurrences found;
    for (const Point& point : points) {
        if (std::isfinite(point.value) && point.value <= 0) found.add(point.step);
    }
    return found;
}

std::vector<BorderMark> border_marks(const Chart& chart, std::size_t columns) {
    std::vector<BorderMark> marks;
    for (std::size_t i = 0; i < chart.curves.size(); ++i) {
        std::set<std::pair<BorderMark::Kind, std::size_t>> seen;
        for (const Point& point : chart.curves[i].points) {
            if (std::isfinite(point.value)) continue;
            const double place = chart.x.at(static_cast<double>(point.step));
            const auto mark = std::pair(kind_of(point.value), column_of(place, columns));
            if (seen.insert(mark).second) marks.push_back({mark.first, i, mark.second});
        }
    }
    return marks;
}

std::vector<std::string> chart_notes(const Chart& chart) {
    std::vector<std::string> notes;
    for (const Curve& curve : chart.curves) {
        const std::string text = not_finite_text(curve.summary);
        if (!text.empty()) notes.push_back(curve.name + ": " + text);
    }
    return notes;
}

}  // namespace ckptlite::cli
