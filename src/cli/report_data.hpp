// SPDX-License-Identifier: MIT
// Everything a report speaks of, read from the store once. Plain values.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "ckptlite/store.hpp"
#include "cli/series.hpp"

namespace ckptlite::cli {

/// Curves that share axes.
struct MetricCurves {
    MetricName metric{};
    std::vector<Series> series{};
    std::size_t runs_left_out = 0;  ///< earlier ones, where there are more than one can tell apart
};

/// The checkpoints with the lowest and the highest value of a metric.
struct BestCheckpoints {
    MetricName metric{};
    std::optional<CheckpointInfo> lowest{};
    std::optional<CheckpointInfo> highest{};
};

struct CheckpointLeaves {
    CheckpointInfo checkpoint{};
    std::vector<LeafInfo> leaves{};
};

struct ReportData {
    std::string file{};
    std::uint64_t file_nbytes = 0;
    std::string made_at{};
    std::vector<RunInfo> runs{};
    std::vector<CheckpointInfo> checkpoints{};  ///< by run, the highest step of each first
    std::vector<MetricCurves> curves{};         ///< by metric; all points, nothing left out
    std::vector<BestCheckpoints> best{};
    NonFinite non_finite{};                 ///< of all runs and checkpoints
    std::vector<CheckpointLeaves> trees{};  ///< by run and step; a shared tree once
    std::size_t n_trees = 0;                ///< there are; more than `trees` if those are a sample
};

/// At most so many trees are read: evenly spread, with the first and the last.
inline constexpr std::size_t kMostTrees = 200;

ReportData read_report(const Store& store);

/// A run looks the same on all pictures of a report.
std::size_t style_of_run(const std::vector<RunInfo>& runs, const std::string& name);

}  // namespace ckptlite::cli
