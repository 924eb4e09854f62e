// SPDX-License-Identifier: MIT
// Metrics as the JSON text of checkpoint.metrics. JSON has no NaN and no infinities: they are the
// strings "NaN", "Infinity" and "-Infinity".
#pragma once

#include <string>
#include <string_view>

#include "ckptlite/metrics.hpp"

namespace ckptlite::format {

/// Throws InvalidArgument for an empty name, a name over the limit or not UTF-8 or with NUL, a
/// group with '/', or a text over the limit.
std::string metrics_json(const Metrics& metrics);

/// Throws Corrupt unless the text is an object of objects of numbers (or the three strings).
Metrics parse_metrics(std::string_view json);

/// Throws InvalidArgument unless the text is a JSON object within the limit of a run's config.
void check_config(std::string_view json);

/// Throws InvalidArgument if `name` is empty, over the limit, not UTF-8, or has a NUL. `what` says
/// in the message what it names: "run", "prefix".
void check_name(std::string_view name, std::string_view what);

/// check_name for a metric group, which also may not contain '/'.
void check_group(std::string_view group);

}  // namespace ckptlite::format
