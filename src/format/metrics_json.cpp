// SPDX-License-Identifier: MIT
#include "format/metrics_json.hpp"

#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

#include "base/limits.hpp"
#include "base/utf8.hpp"
#include "ckptlite/error.hpp"

namespace ckptlite::format {
namespace {

using nlohmann::json;
using Limits = std::numeric_limits<double>;

json number_to_json(double value) {
    if (std::isnan(value)) return "NaN";
    if (std::isinf(value)) return value > 0 ? "Infinity" : "-Infinity";
    return value;
}

double number_from_json(const json& value) {
    if (value.is_number()) return value.get<double>();
    if (value == "NaN") return Limits::quiet_NaN();
    if (value == "Infinity") return Limits::infinity();
    if (value == "-Infinity") return -Limits::infinity();
    throw Corrupt("a metric is neither a number nor \"NaN\", \"Infinity\" or \"-Infinity\"");
}

/// Stops at the depth any of our texts can have, before a hostile one costs memory.
json parse_shallow(std::string_view text, int max_depth) {
    // The parser takes a NUL byte for the end of its input.
    if (text.find('\0') != std::string_view::npos) return json::value_t::discarded;
    bool too_deep = false;
    json parsed = json::parse(
        text,
        [&](int depth, json::parse_event_t event, json&) {
            const bool opens = event == json::parse_event_t::object_start ||
                               event == json::parse_event_t::array_start;
            if (opens && depth >= max_depth) too_deep = true;
            return !too_deep;
        },
        /*allow_exceptions=*/false);
    return too_deep ? json(json::value_t::discarded) : parsed;
}

}  // namespace

void check_name(std::string_view name, std::string_view what) {
    if (name.empty()) throw InvalidArgument("the " + std::string(what) + " has no name");
    if (name.size() > limits::kNameBytes) {
        throw InvalidArgument("the name of a " + std::string(what) + " is longer than " +
                              std::to_string(limits::kNameBytes) + " bytes");
    }
    if (!is_valid_utf8(name) || name.find('\0') != std::string_view::npos) {
        // The name itself would cut the message short, or make it unprintable.
        throw InvalidArgument("the name of a " + std::string(what) +
                              " is not UTF-8 text without NUL");
    }
}

void check_group(std::string_view group) {
    check_name(group, "metric group");
    if (group.find('/') != std::string_view::npos) {
        throw InvalidArgument("the metric group '" + std::string(group) +
                              "' contains '/', which separates group and metric");
    }
}

std::string metrics_json(const Metrics& metrics) {
    json out = json::object();
    for (const auto& [group, values] : metrics) {
        check_group(group);
        json& into = out[group] = json::object();
        for (const auto& [label, value] : values) {
            check_name(label, "metric");
            into[label] = number_to_json(value);
        }
    }
    std::string text = out.dump();
    if (text.size() > limits::kMetricsBytes) {
        throw InvalidArgument("the metrics take more than " +
                              std::to_string(limits::kMetricsBytes) + " bytes as JSON");
    }
    return text;
}

Metrics parse_metrics(std::string_view text) {
    if (text.size() > limits::kMetricsBytes) throw Corrupt("the metrics are over their size limit");
    const json parsed = parse_shallow(text, 2);
    if (!parsed.is_object()) throw Corrupt("the metrics are not a JSON object of groups");
    Metrics metrics;
    for (const auto& [group, values] : parsed.items()) {
        if (!values.is_object()) throw Corrupt("the metric group '" + group + "' is no object");
        auto& into = metrics[group];
        for (const auto& [label, value] : values.items()) into[label] = number_from_json(value);
    }
    return metrics;
}

void check_config(std::string_view text) {
    if (text.size() > limits::kConfigBytes) {
        throw InvalidArgument("a run's config is over " + std::to_string(limits::kConfigBytes) +
                              " bytes");
    }
    if (!parse_shallow(text, 100).is_object()) {
        throw InvalidArgument("a run's config must be a JSON object");
    }
}

}  // namespace ckptlite::format
