// SPDX-License-Identifier: MIT
#include <algorithm>
#include <map>
#include <utility>

#include "cli/output.hpp"
#include "cli/report_page.hpp"

namespace ckptlite::cli {
namespace {

constexpr std::size_t kMostRows = 25;

/// Where a leaf was not finite for the first time.
struct LeafAlarm {
    const CheckpointInfo* checkpoint;
    const LeafInfo* leaf;
};

/// By run and path; the trees are in the order of their steps.
std::vector<LeafAlarm> leaf_alarms(const ReportData& data) {
    std::vector<LeafAlarm> alarms;
    std::map<std::pair<std::string, std::string>, bool> seen;
    for (const CheckpointLeaves& tree : data.trees) {
        for (const LeafInfo& leaf : tree.leaves) {
            if (leaf.statistics.nan_count + leaf.statistics.inf_count == 0) continue;
            bool& known = seen[{tree.checkpoint.run, leaf.path}];
            if (!std::exchange(known, true)) alarms.push_back({&tree.checkpoint, &leaf});
        }
    }
    return alarms;
}

Markup metric_alarms(const ReportData& data, std::size_t& n) {
    HtmlTable table("Metrics that were not finite", {{"metric"}, {"run"}, {"what"}});
    for (const MetricCurves& of : data.curves) {
        for (const Series& series : of.series) {
            const std::string text = not_finite_text(summary_of(series.points));
            if (text.empty()) continue;
            ++n;
            table.add({name(of.metric.text()), name(series.run), plain(text)});
        }
    }
    return table.empty() ? Markup{} : element("h3", raw("Metrics")) + table.markup();
}

Markup leaf_table(const std::vector<LeafAlarm>& alarms) {
    HtmlTable table(
        "Leaves with elements that are not finite, at the first checkpoint that has them",
        {{"leaf"}, {"run"}, {"first step", true}, {"NaN", true}, {"infinite", true}});
    for (std::size_t i = 0; i < std::min(alarms.size(), kMostRows); ++i) {
        const LeafAlarm& alarm = alarms[i];
        table.add({name(alarm.leaf->path), name(alarm.checkpoint->run),
                   plain(std::to_string(alarm.checkpoint->step)),
                   plain(std::to_string(alarm.leaf->statistics.nan_count)),
                   plain(std::to_string(alarm.leaf->statistics.inf_count))});
    }
    if (table.empty()) return {};
    Markup out = element("h3", raw("Leaves")) + table.markup();
    if (alarms.size() > kMostRows) {
        out +=
            element("p class=\"note\"",
                    plain("and " + counted(alarms.size() - kMostRows, "leaf more", "leaves more")));
    }
    return out;
}

std::string how_much_was_read(const ReportData& data) {
    if (data.n_trees == data.trees.size()) return "";
    return " Leaves were looked at in " + std::to_string(data.trees.size()) + " of " +
           std::to_string(data.n_trees) + " checkpoints, evenly spread.";
}

}  // namespace

Markup alarms_section(const ReportData& data) {
    std::size_t n_metrics = 0;
    const std::vector<LeafAlarm> leaves = leaf_alarms(data);
    const Markup metrics = metric_alarms(data, n_metrics);
    if (leaves.empty() && n_metrics == 0) {
        return section(
            "alarms", "Alarms",
            element("p class=\"card calm\"", plain("No NaN and no infinity in any metric or leaf." +
                                                   how_much_was_read(data))));
    }
    const std::string lead = counted(n_metrics, "metric", "metrics") + " and " +
                             counted(leaves.size(), "leaf", "leaves") +
                             " have values that are NaN or infinite." + how_much_was_read(data);
    return section(
        "alarms", "Alarms",
        element("div class=\"card alarm\"",
                element("p", element("strong", plain(lead))) + metrics + leaf_table(leaves)));
}

}  // namespace ckptlite::cli
