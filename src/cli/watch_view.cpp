// SPDX-License-Identifier: MIT
#include "cli/watch_view.hpp"

#include <cmath>
#include <sstream>

#include "cli/output.hpp"
#include "cli/time_text.hpp"

namespace ckptlite::cli {
namespace {

/// "+0.02", "-0.1", "0"; empty if there is none.
std::string change_text(const std::optional<double>& change) {
    if (!change || std::isnan(*change)) return "";
    return (*change > 0 ? "+" : "") + number_text(*change);
}

/// Saves may be less than a second apart.
std::string time_for(double seconds) {
    constexpr double kShort = 10;
    if (seconds >= kShort) return duration_text(seconds);
    return number_text(std::round(seconds * 10) / 10) + " s";
}

std::string rate_text(double per_second) {
    // One digit after the point is enough from ten on.
    std::ostringstream text;
    text.precision(per_second < 10 ? 2 : per_second < 1000 ? 3 : 6);
    text << per_second;
    return text.str() + " steps/s";
}

std::string save_text(const WatchState& state) {
    if (!state.checkpoint) return "nothing saved yet";
    std::string text = "saved step " + std::to_string(state.checkpoint->step) + " " +
                       time_for(state.since_save.value_or(0)) + " ago";
    if (state.save_interval) text += ", every " + time_for(*state.save_interval);
    return text;
}

std::string status_text(const WatchState& state) {
    if (state.run.empty()) return "no run yet";
    if (state.finished) return "finished";
    if (!state.since_news) return "nothing reported yet";
    const std::string ago = time_for(*state.since_news);
    return state.stalled ? "stalled? nothing new for " + ago : "last news " + ago + " ago";
}

}  // namespace

std::vector<std::string> watch_block(const WatchState& state, std::size_t width) {
    std::ostringstream text;
    text << printable(state.file) << "  " << size_text(state.nbytes) << '\n';
    text << "run " << printable(state.run.empty() ? "-" : state.run) << ": " << status_text(state)
         << '\n';
    text << "step " << (state.step ? std::to_string(*state.step) : "-");
    if (state.steps_per_second) text << ", " << rate_text(*state.steps_per_second);
    text << "; " << save_text(state) << '\n';
    Table table(
        {{"metric"}, {"latest", Align::right}, {"change", Align::right}, {"step", Align::right}});
    for (const WatchedMetric& of : state.metrics) {
        table.add({of.metric.text(), number_text(of.latest.value), change_text(of.change),
                   std::to_string(of.latest.step)});
    }
    if (!state.metrics.empty()) table.print(text);
    std::vector<std::string> lines;
    std::istringstream all(text.str());
    for (std::string line; std::getline(all, line);) lines.push_back(shortened(line, width));
    return lines;
}

std::string watch_line(const WatchState& state) {
    std::string text = state.at + "  ";
    if (state.run.empty()) return text + "no run yet";
    text += "run " + state.run + "  step " + (state.step ? std::to_string(*state.step) : "-");
    for (const WatchedMetric& of : state.metrics) {
        text += "  " + of.metric.text() + "=" + number_text(of.latest.value);
        const std::string change = change_text(of.change);
        if (!change.empty()) text += " (" + change + ")";
    }
    if (state.steps_per_second) text += "  " + rate_text(*state.steps_per_second);
    text += "  " + save_text(state) + "  " + size_text(state.nbytes);
    if (state.finished || state.stalled) text += "  " + status_text(state);
    return printable(text);
}

Json watch_json(const WatchState& state) {
    Json metrics = Json::array();
    for (const WatchedMetric& of : state.metrics) {
        metrics.push_back({{"metric", of.metric.text()},
                           {"step", of.latest.step},
                           {"value", number_json(of.latest.value)},
                           {"change", number_json(of.change)},
                           {"at", of.latest.at}});
    }
    return {{"at", state.at},
            {"file", state.file},
            {"nbytes", state.nbytes},
            {"run", state.run.empty() ? Json(nullptr) : Json(state.run)},
            {"finished", state.finished},
            {"stalled", state.stalled},
            {"step", state.step ? Json(*state.step) : Json(nullptr)},
            {"steps_per_second", number_json(state.steps_per_second)},
            {"metrics", std::move(metrics)},
            {"checkpoint", state.checkpoint ? checkpoint_json(*state.checkpoint) : Json(nullptr)},
            {"save_interval", number_json(state.save_interval)},
            {"since_save", number_json(state.since_save)},
            {"since_news", number_json(state.since_news)}};
}

}  // namespace ckptlite::cli
