// SPDX-License-Identifier: MIT
#include "format/metrics_json.hpp"

#include <cmath>
#include <limits>
#include <map>
#include <nlohmann/json.hpp>

#include "base/limits.hpp"
#include "base/utf8.hpp"
#include "ckptlite/error.hpp"

namespace ckptlite::format {
namespace {

using nlohmann::json;
using Limits = std::numeric_limits<double>;

std::string text_of(std::string_view name) {
    return json(name).dump();
}

std::string text_of(double value) {
    if (std::isnan(value)) return R"("NaN")";
    if (std::isinf(value)) return value > 0 ? R"("Infinity")" : R"("-Infinity")";
    return json(value).dump();
}

/// nlohmann's parser calls one function for each JSON token. Not its tree of values: that takes
/// memory when it is destroyed, and ends the program if there is none.
class MetricsReader final : public nlohmann::json_sax<json> {
public:
    Metrics metrics;

    bool null() override { not_a_metric(); }
    bool boolean(bool) override { not_a_metric(); }
    bool binary(binary_t&) override { not_a_metric(); }
    bool number_integer(number_integer_t number) override {
        return value(static_cast<double>(number));
    }
    bool number_unsigned(number_unsigned_t number) override {
        return value(static_cast<double>(number));
    }
    bool number_float(number_float_t number, const string_t&) override { return value(number); }
    bool string(string_t& text) override {
        if (text == "NaN") return value(Limits::quiet_NaN());
        if (text == "Infinity") return value(Limits::infinity());
        if (text == "-Infinity") return value(-Limits::infinity());
        not_a_metric();
    }
    bool start_object(std::size_t) override {
        if (depth_ == 2) not_a_metric();
        ++depth_;
        return true;
    }
    bool key(string_t& name) override {
        if (depth_ == 1) {
            group_name_ = name;
            group_ = &metrics[std::move(name)];
            group_->clear();  // of two that have the same name, the last one counts
        } else {
            label_ = std::move(name);
        }
        return true;
    }
    bool end_object() override {
        --depth_;
        return true;
    }
    bool start_array(std::size_t) override { not_a_metric(); }
    bool end_array() override { not_a_metric(); }
    bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception&) override {
        damaged("the metrics are not JSON");
    }

private:
    [[noreturn]] static void damaged(const std::string& what) { throw Corrupt(what); }
    [[noreturn]] void not_a_metric() const {
        if (depth_ == 0) damaged("the metrics are not a JSON object of groups");
        if (depth_ == 1) damaged("the metric group '" + group_name_ + "' is no object");
        damaged("a metric is neither a number nor \"NaN\", \"Infinity\" or \"-Infinity\"");
    }
    bool value(double number) {
        if (depth_ != 2) not_a_metric();
        (*group_)[label_] = number;
        return true;
    }

    int depth_ = 0;
    std::string group_name_;
    std::map<std::string, double>* group_ = nullptr;
    std::string label_;
};

bool has_nul(std::string_view text) noexcept {
    return text.find('\0') != std::string_view::npos;
}

/// Stops at the depth any of our texts can have, before a hostile one costs memory.
json parse_shallow(std::string_view text, int max_depth) {
    // The parser takes a NUL byte for the end of its input.
    if (has_nul(text)) return json::value_t::discarded;
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
    std::string text = "{";
    for (const auto& [group, values] : metrics) {
        check_group(group);
        text += (text.size() > 1 ? "," : "") + text_of(group) + ":{";
        const char* separator = "";
        for (const auto& [label, value] : values) {
            check_name(label, "metric");
            text += separator + text_of(label) + ":" + text_of(value);
            separator = ",";
        }
        text += "}";
    }
    text += "}";
    if (text.size() > limits::kMetricsBytes) {
        throw InvalidArgument("the metrics take more than " +
                              std::to_string(limits::kMetricsBytes) + " bytes as JSON");
    }
    return text;
}

Metrics parse_metrics(std::string_view text) {
    if (text.size() > limits::kMetricsBytes) throw Corrupt("the metrics are over their size limit");
    if (has_nul(text)) throw Corrupt("the metrics have a NUL byte");
    MetricsReader reader;
    nlohmann::json_sax<json>* const sax = &reader;  // one parser for all readers
    json::sax_parse(text.begin(), text.end(), sax);
    return std::move(reader.metrics);
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
