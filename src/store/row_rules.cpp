// SPDX-License-Identifier: MIT
#include "store/row_rules.hpp"

#include <algorithm>

#include "ckptlite/error.hpp"
#include "format/metrics_json.hpp"
#include "format/timestamp.hpp"

namespace ckptlite::detail {
namespace {

/// What the check throws as text.
template <typename Check>
Fault fault_of(Check check) {
    try {
        check();
    } catch (const InvalidArgument& error) {
        return error.message();
    } catch (const Corrupt& error) {
        return error.message();
    }
    return std::nullopt;
}

bool is_hex(char c) noexcept {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

}  // namespace

Fault fault_of_name(std::string_view name, std::string_view what) {
    return fault_of([&] { format::check_name(name, what); });
}

Fault fault_of_metric(const MetricName& metric) {
    return fault_of([&] {
        format::check_group(metric.group);
        format::check_name(metric.label, "metric");
    });
}

Fault fault_of_time(std::string_view time) {
    return fault_of([&] { static_cast<void>(format::parse_timestamp(time)); });
}

Fault fault_of_uuid(std::string_view uuid) {
    constexpr std::string_view kForm = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
    const bool right = std::ranges::equal(
        uuid, kForm, [](char c, char f) { return f == 'x' ? is_hex(c) : c == f; });
    if (right) return std::nullopt;
    return "'" + std::string(uuid) + "' is not a UUID";
}

Fault fault_of_config(std::string_view json) {
    return fault_of([&] { format::check_config(json); });
}

Fault fault_of_metrics(const Metrics& metrics) {
    return fault_of([&] { static_cast<void>(format::metrics_json(metrics)); });
}

}  // namespace ckptlite::detail
