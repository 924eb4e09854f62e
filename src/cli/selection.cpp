// SPDX-License-Identifier: MIT
#include "cli/selection.hpp"

#include <algorithm>
#include <iostream>
#include <numeric>
#include <set>
#include <utility>

#include "cli/output.hpp"

namespace ckptlite::cli {
namespace {

constexpr std::size_t kMaxNamed = 10;

/// Levenshtein's distance, in bytes.
std::size_t edits_between(std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 0; i < a.size(); ++i) {
        std::size_t diagonal = std::exchange(row[0], i + 1);
        for (std::size_t j = 0; j < b.size(); ++j) {
            const std::size_t replaced = diagonal + (a[i] == b[j] ? 0 : 1);
            diagonal = row[j + 1];
            row[j + 1] = std::min({replaced, diagonal + 1, row[j] + 1});
        }
    }
    return row[b.size()];
}

ErrorContext place(const Store& store, const CheckpointFilter& filter) {
    return {.file = store.file().string(), .run = filter.run.value_or(""), .step = filter.step};
}

}  // namespace

std::vector<std::string> nearest_first(std::string_view wanted, std::vector<std::string> names) {
    std::vector<std::pair<std::size_t, std::string>> ranked;
    for (std::string& name : names) {
        const std::size_t edits = edits_between(wanted, name);
        ranked.emplace_back(edits, std::move(name));
    }
    std::sort(ranked.begin(), ranked.end());
    std::vector<std::string> out;
    for (auto& [edits, name] : ranked) out.push_back(std::move(name));
    return out;
}

std::string listed(const std::vector<std::string>& names) {
    std::string out;
    for (std::size_t i = 0; i < std::min(names.size(), kMaxNamed); ++i) {
        out += (i > 0 ? ", " : "") + names[i];
    }
    if (names.size() > kMaxNamed)
        out += " and " + std::to_string(names.size() - kMaxNamed) + " more";
    return out;
}

void require_run(const Store& store, const CheckpointFilter& filter) {
    if (!filter.run) return;
    std::vector<std::string> names;
    for (const RunInfo& run : store.runs()) names.push_back(run.name);
    if (std::find(names.begin(), names.end(), *filter.run) != names.end()) return;
    throw NotFound("there is no such run; " +
                       (names.empty() ? "the file holds none"
                                      : "there are: " + listed(nearest_first(*filter.run, names))),
                   place(store, filter));
}

CheckpointInfo require_checkpoint(const Store& store, const CheckpointFilter& filter) {
    require_run(store, filter);
    const std::vector<CheckpointInfo> found = store.checkpoints(filter);
    if (found.empty()) {
        const std::string prefix = filter.prefix ? " with the prefix '" + *filter.prefix + "'" : "";
        throw NotFound(
            "there is no such checkpoint" + prefix + "; `ckptlite ls` lists what there is",
            place(store, filter));
    }
    const CheckpointInfo& first = found.front();
    const auto same_step = std::count_if(found.begin(), found.end(), [&](const auto& checkpoint) {
        return checkpoint.step == first.step;
    });
    if (same_step > 1) {
        std::cerr << "ckptlite: " << same_step << " checkpoints have step " << first.step
                  << "; this is run '" << printable(first.run) << "', prefix '"
                  << printable(first.prefix) << "'; choose with --run and --prefix\n";
    }
    return first;
}

NotFound metric_not_found(const Store& store, const MetricName& metric,
                          const CheckpointFilter& filter) {
    std::set<std::string> names;
    for (const CheckpointInfo& checkpoint : store.checkpoints(filter)) {
        for (const auto& [group, values] : checkpoint.metrics) {
            for (const auto& [label, value] : values) names.insert(MetricName{group, label}.text());
        }
    }
    const ErrorContext where = place(store, filter);
    if (names.contains(metric.text())) {
        return NotFound("no checkpoint reports a number for " + metric.text() + ", only NaN",
                        where);
    }
    const std::string missing = "no checkpoint reports " + metric.text() + "; ";
    if (names.empty()) return NotFound(missing + "none reports any metric", where);
    const auto nearest = nearest_first(metric.text(), {names.begin(), names.end()});
    return NotFound(missing + "there are: " + listed(nearest), where);
}

}  // namespace ckptlite::cli
