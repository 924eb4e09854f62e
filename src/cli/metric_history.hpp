// SPDX-License-Identifier: MIT
// The metric history that arguments ask for: some metrics, of some runs or of all. Use from the
// thread that uses the store.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "ckptlite/store.hpp"

namespace ckptlite::cli {

struct MetricHistory {
    std::string run{};
    MetricName metric{};
    std::vector<MetricPoint> points{};  ///< by step; never empty
};

/// By run, in the file's order, and then by metric, as they were asked for. No `runs` are all runs.
/// Throws NotFound, with the nearest names, for a run that is not there and for a metric that none
/// of the runs has.
std::vector<MetricHistory> histories_of(const Store& store, const std::vector<MetricName>& metrics,
                                        const std::vector<std::string>& runs);

/// Adds --run, which may be repeated.
void declare_runs_in(CLI::App& app, std::vector<std::string>& runs);

/// Splits each at its first '/', and takes each once. Throws InvalidArgument.
std::vector<MetricName> parse_metrics(const std::vector<std::string>& texts);

}  // namespace ckptlite::cli
