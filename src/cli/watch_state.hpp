// SPDX-License-Identifier: MIT
// What `ckptlite watch` knows of a run at one moment. Reading it takes a few queries by index, each
// a transaction of its own and none longer than a millisecond or so, whatever the history's length.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "ckptlite/store.hpp"

namespace ckptlite::cli {

struct WatchedMetric {
    MetricName metric{};
    MetricPoint latest{};
    std::optional<double> change{};  ///< since the value before; NaN if one of both is
};

struct WatchState {
    std::string file{};
    std::uint64_t nbytes = 0;
    std::string at{};   ///< when it was read, in UTC
    std::string run{};  ///< empty if the file holds none
    bool finished = false;
    std::optional<std::int64_t> step{};  ///< the highest that was reported
    std::optional<double> steps_per_second{};
    std::vector<WatchedMetric> metrics{};
    std::optional<CheckpointInfo> checkpoint{};  ///< with the highest step
    std::optional<double> save_interval{};       ///< seconds, the median of the last few
    std::optional<double> since_save{};          ///< seconds
    std::optional<double> since_news{};          ///< seconds since the last value or save
    bool stalled = false;                        ///< news are overdue

    /// Whether there is anything in `other` that a line of its own should say.
    bool same_news(const WatchState& other) const;
};

/// Of `run`, or of the run that something was reported of last. Throws NotFound if there is no such
/// run, and what Store throws.
WatchState read_watch_state(const Store& store, const std::optional<std::string>& run);

}  // namespace ckptlite::cli
