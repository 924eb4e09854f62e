// SPDX-License-Identifier: MIT
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>

#include "cli/output.hpp"
#include "cli/report_page.hpp"
#include "cli/time_text.hpp"

namespace ckptlite::cli {
namespace {

using Config = std::map<std::string, std::string>;

constexpr std::size_t kLongestValue = 200;

std::string value_text(const nlohmann::json& value) {
    const std::string text =
        value.is_string() ? value.get<std::string>()
                          : value.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
    return shortened(printable(text), kLongestValue);
}

/// The top keys of a config; one without a name for a config that is no object.
Config config_of(const RunInfo& run) {
    const auto parsed = nlohmann::json::parse(run.config, nullptr, /*allow_exceptions=*/false);
    if (parsed.is_discarded()) return {{"", shortened(run.config, kLongestValue)}};
    if (!parsed.is_object()) return {{"", value_text(parsed)}};
    Config config;
    for (const auto& [key, value] : parsed.items()) config[key] = value_text(value);
    return config;
}

/// Keys that not all runs have with the same value.
std::set<std::string> differing_keys(const std::vector<Config>& configs) {
    std::set<std::string> differing;
    std::map<std::string, std::pair<std::string, std::size_t>> first;  // value, and in how many
    for (const Config& config : configs) {
        for (const auto& [key, value] : config) {
            auto& [known, count] = first.try_emplace(key, value, 0).first->second;
            ++count;
            if (known != value) differing.insert(key);
        }
    }
    for (const auto& [key, of] : first) {
        if (of.second != configs.size()) differing.insert(key);
    }
    return differing;
}

Markup config_markup(const Config& config, const std::set<std::string>& differing) {
    Markup items;
    for (const auto& [key, value] : config) {
        const Markup label = key.empty() ? Markup{} : name(key) + raw("&nbsp;");
        items += element(differing.contains(key) ? "li class=\"differs\"" : "li",
                         label + element("b", name(value)));
    }
    return items.html.empty() ? raw("-") : element("ul class=\"config\"", items);
}

std::string duration_of(const RunInfo& run) {
    if (run.finished_at.empty()) return "not finished";
    const auto seconds = seconds_between(run.created_at, run.finished_at);
    return seconds ? duration_text(*seconds) : "-";
}

/// A run and those that were forked from it. A stranger's runs may go round in a circle, or be a
/// chain without end.
Markup lineage_of(const RunInfo& run, const std::vector<RunInfo>& runs, std::set<std::string>& seen,
                  int depth = 0) {
    constexpr int kDeepest = 20;
    Markup children;
    seen.insert(run.name);
    for (const RunInfo& child : runs) {
        if (depth == kDeepest) break;
        if (child.parent_run != run.name || seen.contains(child.name)) continue;
        children += lineage_of(child, runs, seen, depth + 1);
    }
    Markup line = name(run.name);
    if (!run.parent_run.empty() && run.parent_step) {
        line += plain(" from step " + std::to_string(*run.parent_step));
    }
    return element("li", children.html.empty() ? line : line + element("ul", children));
}

Markup lineage(const std::vector<RunInfo>& runs) {
    std::set<std::string> seen;
    Markup items;
    bool forked = false;
    for (const RunInfo& run : runs) {
        forked = forked || !run.parent_run.empty();
        if (run.parent_run.empty()) items += lineage_of(run, runs, seen);
    }
    for (const RunInfo& run : runs) {  // whose beginning was not come by
        if (!seen.contains(run.name)) items += lineage_of(run, runs, seen);
    }
    if (!forked) return {};
    return element("div class=\"card\"",
                   element("h3", raw("Lineage")) + element("ul class=\"lineage\"", items));
}

}  // namespace

Markup runs_section(const ReportData& data) {
    std::vector<Config> configs;
    for (const RunInfo& run : data.runs) configs.push_back(config_of(run));
    const std::set<std::string> differing = differing_keys(configs);
    HtmlTable table("Runs with their configs",
                    {{"run"}, {"started, UTC"}, {"took"}, {"checkpoints", true}, {"config"}});
    std::map<std::string, std::size_t> n_checkpoints;
    for (const CheckpointInfo& checkpoint : data.checkpoints) ++n_checkpoints[checkpoint.run];
    for (std::size_t i = 0; i < data.runs.size(); ++i) {
        const RunInfo& run = data.runs[i];
        table.add({name(run.name), plain(minute_text(run.created_at)), plain(duration_of(run)),
                   plain(std::to_string(n_checkpoints[run.name])),
                   config_markup(configs[i], differing)});
    }
    if (table.empty()) return section("runs", "Runs", element("p", raw("There are no runs.")));
    Markup inside = lineage(data.runs) + element("div class=\"card\"", table.markup());
    if (!differing.empty()) {
        inside =
            element("p class=\"lead\"", raw("What differs between the runs is marked.")) + inside;
    }
    return section("runs", "Runs", inside);
}

}  // namespace ckptlite::cli
