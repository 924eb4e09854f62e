// SPDX-License-Identifier: MIT
#include <algorithm>
#include <string>
#include <vector>

#include "cli/output.hpp"
#include "cli/report_page.hpp"

namespace ckptlite::cli {
namespace {

constexpr std::size_t kMostRows = 25;

/// All of it where the curves have the run, else where it began.
std::string what_happened(const ReportData& data, const NonFiniteMetric& alarm) {
    for (const MetricCurves& of : data.curves) {
        if (of.metric != alarm.metric) continue;
        for (const Series& series : of.series) {
            if (series.run == alarm.run) return not_finite_text(summary_of(series.points));
        }
    }
    return "first at step " + std::to_string(alarm.step);
}

Markup with_rest(HtmlTable& table, const char* title, std::size_t n) {
    if (table.empty()) return {};
    Markup out = element("h3", raw(title)) + table.markup();
    if (n > kMostRows) {
        out += element("p class=\"note\"", plain("and " + std::to_string(n - kMostRows) + " more"));
    }
    return out;
}

Markup metric_table(const ReportData& data) {
    const std::vector<NonFiniteMetric>& alarms = data.non_finite.metrics;
    HtmlTable table("Metrics that were not finite", {{"metric"}, {"run"}, {"what"}});
    for (std::size_t i = 0; i < std::min(alarms.size(), kMostRows); ++i) {
        table.add({name(alarms[i].metric.text()), name(alarms[i].run),
                   plain(what_happened(data, alarms[i]))});
    }
    return with_rest(table, "Metrics", alarms.size());
}

Markup leaf_table(const std::vector<NonFiniteLeaf>& alarms) {
    HtmlTable table(
        "Leaves with elements that are not finite, at the first checkpoint that has them",
        {{"leaf"}, {"run"}, {"first step", true}, {"NaN", true}, {"infinite", true}});
    for (std::size_t i = 0; i < std::min(alarms.size(), kMostRows); ++i) {
        const NonFiniteLeaf& alarm = alarms[i];
        table.add({name(alarm.path), name(alarm.run), plain(std::to_string(alarm.step)),
                   plain(std::to_string(alarm.nan_count)), plain(std::to_string(alarm.inf_count))});
    }
    return with_rest(table, "Leaves", alarms.size());
}

}  // namespace

Markup alarms_section(const ReportData& data) {
    const NonFinite& of = data.non_finite;
    if (of.leaves.empty() && of.metrics.empty()) {
        return section("alarms", "Alarms",
                       element("p class=\"card calm\"",
                               raw("No NaN and no infinity in any metric, nor in any leaf of the "
                                   "stored checkpoints.")));
    }
    const std::string lead = counted(of.metrics.size(), "metric", "metrics") + " and " +
                             counted(of.leaves.size(), "leaf", "leaves") +
                             " have values that are NaN or infinite.";
    return section(
        "alarms", "Alarms",
        element("div class=\"card alarm\"", element("p", element("strong", plain(lead))) +
                                                metric_table(data) + leaf_table(of.leaves)));
}

}  // namespace ckptlite::cli
