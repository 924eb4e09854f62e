// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cli/output.hpp"
#include "cli/report_page.hpp"
#include "cli/svg_chart.hpp"

namespace ckptlite::cli {
namespace {

constexpr std::size_t kMostOfAKind = 6;

/// Counters and states of random generators have norms that say nothing.
bool has_weights(const LeafInfo& leaf) {
    const std::string_view dtype = leaf.dtype ? dtype_name(*leaf.dtype) : "";
    return leaf.statistics.norm &&
           (dtype.find("float") != dtype.npos || dtype.starts_with("complex"));
}

/// The statistics of one leaf over the kept checkpoints.
struct LeafHistory {
    std::string path{};
    std::vector<Series> norms{};  ///< a run each
    const LeafInfo* first = nullptr;
    const LeafInfo* last = nullptr;  ///< of the run that was made last
    std::string run{};               ///< whose `first` and `last` those are

    double norm() const { return last->statistics.norm.value_or(0); }
    /// Of the norm, from the first to the last checkpoint, in relation to the first.
    double change() const {
        const double before = first->statistics.norm.value_or(0);
        const double difference = std::abs(norm() - before);
        if (difference == 0) return 0;
        return before == 0 ? std::numeric_limits<double>::infinity() : difference / before;
    }
};

std::vector<LeafHistory> histories_of(const ReportData& data) {
    std::map<std::string, LeafHistory> by_path;
    for (const CheckpointLeaves& tree : data.trees) {
        for (const LeafInfo& leaf : tree.leaves) {
            if (!has_weights(leaf)) continue;
            LeafHistory& of = by_path[leaf.path];
            of.path = leaf.path;
            if (of.norms.empty() || of.norms.back().run != tree.checkpoint.run) {
                const std::string& run = tree.checkpoint.run;
                of.norms.push_back({{"norm", leaf.path}, run, {}, style_of_run(data.runs, run)});
                of.run = tree.checkpoint.run;
                of.first = &leaf;
            }
            of.norms.back().points.push_back({tree.checkpoint.step, *leaf.statistics.norm});
            of.last = &leaf;
        }
    }
    std::vector<LeafHistory> all;
    for (auto& [path, of] : by_path) all.push_back(std::move(of));
    return all;
}

/// The first ones in an order, added to those chosen already.
template <typename Before>
void choose(std::vector<LeafHistory>& all, std::set<std::string>& chosen, Before before) {
    std::stable_sort(all.begin(), all.end(), before);
    for (std::size_t i = 0; i < std::min(all.size(), kMostOfAKind); ++i) {
        chosen.insert(all[i].path);
    }
}

std::string change_text(const LeafHistory& of) {
    const double percent = of.change() * 100;
    if (std::isinf(percent)) return "from 0";
    return number_text(std::round(percent * 10) / 10) + " %";
}

Markup from_to(const std::optional<double>& first, const std::optional<double>& last) {
    return plain(number_text(first) + " → " + number_text(last));
}

Markup row_table(const std::vector<LeafHistory>& chosen) {
    HtmlTable table("Statistics of leaves, from the first to the last kept checkpoint",
                    {{"leaf"}, {"run"}, {"norm", true}, {"change", true}, {"mean", true}});
    for (const LeafHistory& of : chosen) {
        const LeafStatistics& first = of.first->statistics;
        const LeafStatistics& last = of.last->statistics;
        const std::string type =
            std::string(dtype_name(*of.last->dtype)) + " " + shape_text(of.last->shape);
        table.add({name(of.path) + raw(" ") + element("small", plain(type)), name(of.run),
                   from_to(first.norm, last.norm), plain(change_text(of)),
                   from_to(first.mean, last.mean)});
    }
    return element("div class=\"card\"", table.markup());
}

Markup small_charts(const std::vector<LeafHistory>& chosen) {
    Markup charts;
    for (const LeafHistory& of : chosen) {
        const auto steps = std::max_element(
            of.norms.begin(), of.norms.end(),
            [](const auto& a, const auto& b) { return a.points.size() < b.points.size(); });
        if (steps->points.size() < 2 || of.norms.size() > 12) continue;
        Chart chart = chart_of(of.norms, {.scale = fitting_scale(of.norms)});
        chart.title = of.path;
        charts += figure(chart, {.height = 110, .columns = 100, .small = true, .note = "norm"});
    }
    return charts.html.empty() ? charts : element("div class=\"mosaic\"", charts);
}

/// One for all the small charts.
Markup run_legend(const ReportData& data) {
    Markup items;
    std::string before;
    for (const CheckpointLeaves& tree : data.trees) {
        const std::string& run = tree.checkpoint.run;
        if (!items.html.empty() && run == before) continue;
        items += element("li", raw(svg_marker(style_of_run(data.runs, run))) + name(run));
        before = run;
    }
    return element("ul class=\"legend\"", items);
}

std::string how_much_was_read(const ReportData& data) {
    if (data.n_trees == data.trees.size()) return " Each mark is a stored checkpoint.";
    return " Each mark is a stored checkpoint, of which " + std::to_string(data.trees.size()) +
           " of " + std::to_string(data.n_trees) + " were looked at, evenly spread.";
}

}  // namespace

Markup leaves_section(const ReportData& data) {
    std::vector<LeafHistory> all = histories_of(data);
    if (all.empty()) return {};
    std::set<std::string> names;
    choose(all, names, [](const auto& a, const auto& b) { return a.norm() > b.norm(); });
    choose(all, names, [](const auto& a, const auto& b) { return a.change() > b.change(); });
    std::vector<LeafHistory> chosen;
    for (LeafHistory& of : all) {
        if (names.contains(of.path)) chosen.push_back(std::move(of));
    }
    const std::string lead = "The leaves with the largest norms and with the largest changes, " +
                             std::to_string(chosen.size()) + " of " + std::to_string(all.size()) +
                             "." + how_much_was_read(data);
    const Markup charts = small_charts(chosen);
    const Markup legend = charts.html.empty() ? Markup{} : run_legend(data);
    return section("leaves", "Leaves over time",
                   element("p class=\"lead\"", plain(lead)) + legend + charts + row_table(chosen));
}

}  // namespace ckptlite::cli
