// SPDX-License-Identifier: MIT
#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "cli/output.hpp"
#include "cli/report_page.hpp"
#include "cli/time_text.hpp"

namespace ckptlite::cli {
namespace {

constexpr std::size_t kMostRows = 15;

double share(std::uint64_t part, std::uint64_t whole) {
    return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
}

std::string percent_text(double share) {
    return std::to_string(static_cast<int>(share * 100 + 0.5)) + " %";
}

/// The number says what the bar shows.
Markup bar(double share) {
    const std::string width = std::to_string(static_cast<int>(share * 100 + 0.5));
    return raw("<span class=\"bar\" aria-hidden=\"true\"><span style=\"width:" + width +
               "%\"></span></span>") +
           plain(percent_text(share));
}

struct Size {
    std::uint64_t leaves = 0;
    std::uint64_t nbytes = 0;
    std::uint64_t stored_nbytes = 0;
};

/// "/model_params/dense_0/kernel" is of "/model_params".
std::string top_key(const std::string& path) {
    return path.empty() ? "(the tree is one leaf)" : path.substr(0, path.find('/', 1));
}

const CheckpointLeaves* newest_tree(const ReportData& data) {
    const CheckpointLeaves* newest = nullptr;
    for (const CheckpointLeaves& tree : data.trees) {
        if (newest == nullptr || tree.checkpoint.id > newest->checkpoint.id) newest = &tree;
    }
    return newest;
}

Markup by_key(const CheckpointLeaves& tree) {
    std::map<std::string, Size> sizes;
    for (const LeafInfo& leaf : tree.leaves) {
        Size& size = sizes[top_key(leaf.path)];
        ++size.leaves;
        size.nbytes += leaf.nbytes;
        size.stored_nbytes += leaf.stored_nbytes;
    }
    HtmlTable table("Sizes by the top keys of the tree",
                    {{"key"}, {"leaves", true}, {"decoded", true}, {"stored", true}, {"share"}});
    for (const auto& [key, size] : sizes) {
        table.add({name(key), plain(std::to_string(size.leaves)), plain(size_text(size.nbytes)),
                   plain(size_text(size.stored_nbytes)),
                   bar(share(size.stored_nbytes, tree.checkpoint.stored_nbytes))});
    }
    return element("div class=\"card\"",
                   element("h3", raw("By tree")) +
                       element("p class=\"note\"", plain("The newest checkpoint: " +
                                                         checkpoint_name(tree.checkpoint))) +
                       table.markup());
}

/// Stored bytes over steps, a curve a run and prefix.
Markup growth(const ReportData& data) {
    std::map<std::pair<std::string, std::string>, std::vector<Point>> points;
    for (const CheckpointInfo& of : data.checkpoints) {
        points[{of.run, of.prefix}].push_back({of.step, static_cast<double>(of.stored_nbytes)});
    }
    std::vector<Series> series;
    std::size_t longest = 0;
    for (auto& [of, values] : points) {
        std::reverse(values.begin(), values.end());
        longest = std::max(longest, values.size());
        const bool usual = of.second == SaveOptions{}.prefix;
        series.push_back({{"stored bytes", "checkpoint"},
                          usual ? of.first : of.first + ", prefix " + of.second,
                          std::move(values)});
    }
    constexpr std::size_t kWorthACurve = 3;
    if (longest < kWorthACurve || series.size() > 12) return {};
    Chart chart = chart_of(std::move(series), {});
    chart.title = "Stored bytes of a checkpoint";
    return figure(chart, {.height = 180});
}

Markup by_step(const ReportData& data) {
    std::vector<const CheckpointInfo*> newest;
    std::uint64_t largest = 0;
    for (const CheckpointInfo& checkpoint : data.checkpoints) newest.push_back(&checkpoint);
    std::sort(newest.begin(), newest.end(), [](auto* a, auto* b) { return a->id > b->id; });
    newest.resize(std::min(newest.size(), kMostRows));
    for (const CheckpointInfo* of : newest) largest = std::max(largest, of->stored_nbytes);
    HtmlTable table("Sizes of the newest checkpoints", {{"step"},
                                                        {"run"},
                                                        {"prefix"},
                                                        {"saved, UTC"},
                                                        {"decoded", true},
                                                        {"stored", true},
                                                        {"stored / decoded"}});
    for (const CheckpointInfo* of : newest) {
        table.add({plain(std::to_string(of->step)), name(of->run),
                   name(of->prefix) + (of->pinned ? raw(" <b>pinned</b>") : Markup{}),
                   plain(minute_text(of->created_at)), plain(size_text(of->nbytes)),
                   plain(size_text(of->stored_nbytes)), bar(share(of->stored_nbytes, of->nbytes))});
    }
    Markup title = element("h3", raw("By step"));
    if (data.checkpoints.size() > newest.size()) {
        title +=
            element("p class=\"note\"", plain("The newest " + std::to_string(newest.size()) +
                                              " of " + std::to_string(data.checkpoints.size())));
    }
    return element("div class=\"card\"", title + table.markup());
}

}  // namespace

Markup storage_section(const ReportData& data) {
    const CheckpointLeaves* const newest = newest_tree(data);
    if (newest == nullptr) {
        return section("storage", "Storage", element("p", raw("There are no checkpoints.")));
    }
    std::uint64_t decoded = 0;
    std::uint64_t stored = 0;
    for (const CheckpointInfo& checkpoint : data.checkpoints) {
        decoded += checkpoint.nbytes;
        stored += checkpoint.stored_nbytes;
    }
    const std::string lead = "The file takes " + size_text(data.file_nbytes) +
                             ". Its checkpoints have " + size_text(decoded) + " of leaves, " +
                             size_text(stored) +
                             " encoded; what several share is counted for each of them.";
    return section(
        "storage", "Storage",
        element("p class=\"lead\"", plain(lead)) + by_key(*newest) + growth(data) + by_step(data));
}

}  // namespace ckptlite::cli
