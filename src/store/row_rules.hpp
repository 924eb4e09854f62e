// SPDX-License-Identifier: MIT
// Whether the values of a row have the form the format prescribes, where SQLite has no say: names,
// times, JSON. Each function gives what is wrong, or nothing. Pure functions; any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "ckptlite/metrics.hpp"

namespace ckptlite::detail {

using Fault = std::optional<std::string>;

/// Of a row whose digest is another one.
inline constexpr const char* kChangedRow =
    "is not as ckptlite wrote it: it is damaged, or another program changed it";

/// `what` says what it names: "run", "prefix".
Fault fault_of_name(std::string_view name, std::string_view what);
Fault fault_of_metric(const MetricName& metric);
Fault fault_of_time(std::string_view time);
Fault fault_of_uuid(std::string_view uuid);
Fault fault_of_config(std::string_view json);
/// Only the names: that it is JSON of this form has been found already.
Fault fault_of_metrics(const Metrics& metrics);

}  // namespace ckptlite::detail
