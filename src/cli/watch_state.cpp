// SPDX-License-Identifier: MIT
#include "cli/watch_state.hpp"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <system_error>
#include <utility>

#include "cli/checkpoint_argument.hpp"
#include "cli/time_text.hpp"

namespace ckptlite::cli {
namespace {

constexpr std::size_t kPoints = 50;        // of a metric, for its pace
constexpr std::size_t kManyPoints = 2000;  // of the metric with the fastest pace
constexpr double kWindow = 10;             // seconds over which the rate of steps is taken
constexpr std::size_t kCheckpoints = 8;    // for the time between saves
constexpr std::size_t kRuns = 16;  // the last ones, among which the active one is looked for

/// The clock of another machine may be ahead of ours.
double seconds_since(const std::string& text, const std::string& now) {
    return std::max(0.0, seconds_between(text, now).value_or(0));
}

/// When something was reported of a run for the last time.
std::string last_activity(const Store& store, const RunInfo& run) {
    std::string latest = std::max(run.created_at, run.finished_at);
    for (const MetricName& metric : store.metric_names(run.name)) {
        for (const MetricPoint& point : store.history(metric, run.name, 1)) {
            latest = std::max(latest, point.at);
        }
    }
    for (const CheckpointInfo& checkpoint : store.checkpoints({.run = run.name}, 1)) {
        latest = std::max(latest, checkpoint.created_at);
    }
    return latest;
}

std::optional<RunInfo> chosen_run(const Store& store, const std::optional<std::string>& name) {
    std::vector<RunInfo> runs = store.runs();
    if (name && !runs.empty()) require_run(store, *name);
    std::optional<std::pair<std::string, RunInfo>> best;
    const std::size_t skipped = name ? 0 : runs.size() - std::min(runs.size(), kRuns);
    for (std::size_t i = skipped; i < runs.size(); ++i) {
        if (name && runs[i].name != *name) continue;
        std::string activity = runs.size() == 1 || name ? "" : last_activity(store, runs[i]);
        if (!best || activity >= best->first) best = {std::move(activity), std::move(runs[i])};
    }
    return best ? std::optional(std::move(best->second)) : std::nullopt;
}

std::optional<double> median(std::vector<double> values) {
    if (values.empty()) return std::nullopt;
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    return *middle;
}

/// Seconds between two values, on average.
std::optional<double> interval_of(const std::vector<MetricPoint>& points) {
    if (points.size() < 2) return std::nullopt;
    const auto seconds = seconds_between(points.front().at, points.back().at);
    if (!seconds || *seconds <= 0) return std::nullopt;
    return *seconds / static_cast<double>(points.size() - 1);
}

/// Over the last seconds, saves included, or over the last few values if those took longer.
std::optional<double> steps_per_second(const std::vector<MetricPoint>& points) {
    std::size_t first = points.size() - std::min(points.size(), kPoints);
    const auto age = [&](std::size_t i) {
        return seconds_between(points[i].at, points.back().at).value_or(kWindow);
    };
    while (first > 0 && age(first - 1) < kWindow) --first;
    if (first + 1 >= points.size() || age(first) <= 0) return std::nullopt;
    const auto steps =
        static_cast<double>(points.back().step) - static_cast<double>(points[first].step);
    return steps / age(first);
}

/// Returns the seconds between two values of the metric that is logged most often.
std::optional<double> read_metrics(const Store& store, WatchState& state, std::string& latest) {
    std::optional<double> interval;
    MetricName fastest;
    for (const MetricName& metric : store.metric_names(state.run)) {
        const auto points = store.history(metric, state.run, kPoints);
        if (points.empty()) continue;
        WatchedMetric& of = state.metrics.emplace_back(WatchedMetric{metric, points.back(), {}});
        if (points.size() > 1) of.change = of.latest.value - points[points.size() - 2].value;
        state.step = std::max(state.step.value_or(of.latest.step), of.latest.step);
        latest = std::max(latest, of.latest.at);
        const auto own = interval_of(points);
        if (!own || (interval && *interval <= *own)) continue;
        interval = own;
        fastest = metric;
    }
    if (interval) {
        state.steps_per_second = steps_per_second(store.history(fastest, state.run, kManyPoints));
    }
    return interval;
}

void read_saves(const Store& store, WatchState& state, std::string& latest) {
    const auto checkpoints = store.checkpoints({.run = state.run}, kCheckpoints);
    if (checkpoints.empty()) return;
    state.checkpoint = checkpoints.front();
    std::vector<std::string> times;
    for (const CheckpointInfo& checkpoint : checkpoints) times.push_back(checkpoint.created_at);
    std::sort(times.begin(), times.end());
    std::vector<double> intervals;
    for (std::size_t i = 1; i < times.size(); ++i) {
        constexpr double kOneSave = 0.05;  // a save under several prefixes is one
        const double interval = seconds_between(times[i - 1], times[i]).value_or(0);
        if (interval > kOneSave) intervals.push_back(interval);
    }
    state.save_interval = median(std::move(intervals));
    state.since_save = seconds_since(times.back(), state.at);
    state.step = std::max(state.step.value_or(checkpoints.front().step), checkpoints.front().step);
    latest = std::max(latest, times.back());
}

/// Nothing was heard for much longer than what usually lies between two values, or two saves.
bool is_stalled(const WatchState& state, std::optional<double> interval) {
    constexpr double kLongest = 10;  // seconds that are never too long
    constexpr double kMuchLonger = 5;
    if (state.finished || !state.since_news) return false;
    const double usual = interval.value_or(state.save_interval.value_or(0));
    if (usual <= 0) return false;
    return *state.since_news > std::max(kLongest, kMuchLonger * usual);
}

}  // namespace

bool WatchState::same_news(const WatchState& other) const {
    const auto metrics_equal = [](const WatchedMetric& a, const WatchedMetric& b) {
        return a.metric == b.metric && a.latest.step == b.latest.step && a.latest.at == b.latest.at;
    };
    const auto id = [](const auto& of) { return of ? of->id : 0; };
    return run == other.run && finished == other.finished && stalled == other.stalled &&
           id(checkpoint) == id(other.checkpoint) &&
           std::equal(metrics.begin(), metrics.end(), other.metrics.begin(), other.metrics.end(),
                      metrics_equal);
}

WatchState read_watch_state(const Store& store, const std::optional<std::string>& run) {
    WatchState state{.file = store.file().string(),
                     .at = utc_text(std::chrono::system_clock::now())};
    std::error_code unknown;
    const auto nbytes = std::filesystem::file_size(store.file(), unknown);
    if (!unknown) state.nbytes = nbytes;
    const std::optional<RunInfo> chosen = chosen_run(store, run);
    if (!chosen) return state;
    state.run = chosen->name;
    state.finished = !chosen->finished_at.empty();
    std::string latest;
    const std::optional<double> interval = read_metrics(store, state, latest);
    read_saves(store, state, latest);
    if (!latest.empty()) state.since_news = seconds_since(latest, state.at);
    state.stalled = is_stalled(state, interval);
    return state;
}

}  // namespace ckptlite::cli
