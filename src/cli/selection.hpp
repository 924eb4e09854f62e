// SPDX-License-Identifier: MIT
// Finds what the arguments name in a store, and says what there is instead if it is not there.
// Stateless; use from the thread that uses the store.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "ckptlite/error.hpp"
#include "ckptlite/metrics.hpp"
#include "ckptlite/store.hpp"

namespace ckptlite::cli {

/// The names, those that need the fewest edits to become `wanted` first.
std::vector<std::string> nearest_first(std::string_view wanted, std::vector<std::string> names);

/// "a, b and 3 more".
std::string listed(const std::vector<std::string>& names);

/// Throws NotFound that names the runs there are, if the filter's run does not exist.
void require_run(const Store& store, const CheckpointFilter& filter);

/// The checkpoint with the highest step of those that match; stderr says so if several have it.
/// Throws NotFound.
CheckpointInfo require_checkpoint(const Store& store, const CheckpointFilter& filter);

/// The error for a metric by which nothing can be ranked. Names the metrics there are.
NotFound metric_not_found(const Store& store, const MetricName& metric,
                          const CheckpointFilter& filter);

}  // namespace ckptlite::cli
