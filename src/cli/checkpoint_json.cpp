// SPDX-License-Identifier: MIT
#include "cli/checkpoint_json.hpp"

#include <cmath>
#include <ostream>
#include <string>

namespace ckptlite::cli {
namespace {

Json or_null(const std::string& text) {
    return text.empty() ? Json(nullptr) : Json(text);
}

Json metrics_json(const Metrics& metrics) {
    Json out = Json::object();
    for (const auto& [group, values] : metrics) {
        Json& into = out[group] = Json::object();
        for (const auto& [label, value] : values) into[label] = number_json(value);
    }
    return out;
}

/// The user's own text, which the library only stores if it is JSON.
Json config_json(const std::string& text) {
    Json parsed = Json::parse(text, nullptr, /*allow_exceptions=*/false);
    return parsed.is_discarded() ? Json(text) : parsed;
}

std::string json_text(const Json& json, int indent) {
    constexpr bool kAsciiOnly = true;  // or a terminal would obey control characters over U+007E
    return json.dump(indent, ' ', kAsciiOnly, Json::error_handler_t::replace);
}

}  // namespace

Json number_json(std::optional<double> number) {
    if (!number) return nullptr;
    if (std::isnan(*number)) return "NaN";
    if (std::isinf(*number)) return *number > 0 ? "Infinity" : "-Infinity";
    return *number;
}

Json checkpoint_json(const CheckpointInfo& checkpoint) {
    Json out = Json::object();
    auto& fields = out.get_ref<Json::object_t&>();
    // A list of pairs in braces copies each value: a quarter of the time of listing many.
    const auto add = [&fields](const char* name, Json value) {
        fields.push_back({name, std::move(value)});
    };
    add("id", checkpoint.id);
    add("run", checkpoint.run);
    add("prefix", checkpoint.prefix);
    add("step", checkpoint.step);
    add("version", checkpoint.version);
    add("metrics", metrics_json(checkpoint.metrics));
    add("loss", number_json(checkpoint.loss));
    add("n_completed_steps", or_null(checkpoint.n_completed_steps));
    add("elapsed_time", number_json(checkpoint.elapsed_time));
    add("pinned", checkpoint.pinned);
    add("tags", checkpoint.tags);
    add("note", checkpoint.note);
    add("created_at", checkpoint.created_at);
    add("n_leaves", checkpoint.n_leaves);
    add("nbytes", checkpoint.nbytes);
    add("stored_nbytes", checkpoint.stored_nbytes);
    return out;
}

Json run_json(const RunInfo& run) {
    return {{"id", run.id},
            {"name", run.name},
            {"uuid", run.uuid},
            {"config", config_json(run.config)},
            {"created_at", run.created_at},
            {"finished_at", or_null(run.finished_at)},
            {"parent_run", or_null(run.parent_run)},
            {"parent_step", or_null(run.parent_step)}};
}

Json leaf_json(const LeafInfo& leaf) {
    const LeafStatistics& statistics = leaf.statistics;
    return {{"path", leaf.path},
            {"kind", leaf.kind},
            {"dtype", leaf.dtype ? Json(dtype_name(*leaf.dtype)) : Json(nullptr)},
            {"shape", leaf.dtype ? Json(leaf.shape) : Json(nullptr)},
            {"nbytes", leaf.nbytes},
            {"stored_nbytes", leaf.stored_nbytes},
            {"min", number_json(statistics.min)},
            {"max", number_json(statistics.max)},
            {"mean", number_json(statistics.mean)},
            {"norm", number_json(statistics.norm)},
            {"nan_count", statistics.nan_count},
            {"inf_count", statistics.inf_count}};
}

void print_json(std::ostream& out, const Json& json) {
    out << json_text(json, 2) << '\n';
}

void print_json_line(std::ostream& out, const Json& json) {
    constexpr int kOneLine = -1;
    out << json_text(json, kOneLine) << '\n';
}

void JsonRows::begin(std::string_view name) {
    out_ << (any_array_ ? "\n  ],\n" : "{\n") << "  \"" << name << "\": [";
    any_array_ = true;
    any_row_ = false;
}

void JsonRows::add(const Json& row) {
    out_ << (any_row_ ? ",\n    " : "\n    ") << json_text(row, -1);
    any_row_ = true;
}

void JsonRows::end() {
    out_ << "\n  ]\n}\n";
}

}  // namespace ckptlite::cli
