// SPDX-License-Identifier: MIT
// Reads the metric history of several runs for a picture. Stateless; use from the thread that uses
// the store.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "ckptlite/store.hpp"
#include "cli/series.hpp"

namespace ckptlite::cli {

/// Both ends included; an empty one does not restrict.
struct StepRange {
    std::optional<std::int64_t> from{};
    std::optional<std::int64_t> to{};

    /// "100:200", "100:" or ":200". Throws InvalidArgument.
    static StepRange parse(const std::string& text);
    bool contains(std::int64_t step) const;
};

/// More are hard to tell apart on one picture.
inline constexpr std::size_t kMostRuns = 12;

Series series_of(const std::vector<MetricPoint>& points, const MetricName& metric,
                 const std::string& run, const StepRange& steps = {});

/// Every metric in every run that has it, by metric. If no run is named, those that were made last,
/// at most kMostRuns, which stderr says if there are more. Throws NotFound if a named run does not
/// exist, or none of the runs has one of the metrics, naming those there are.
std::vector<Series> read_series(const Store& store, const std::vector<MetricName>& metrics,
                                const std::vector<std::string>& runs, const StepRange& steps);

}  // namespace ckptlite::cli
