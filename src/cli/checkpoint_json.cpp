// SPDX-License-Identifier: MIT
#include "cli/checkpoint_json.hpp"

#include <cmath>
#include <ostream>
#include <string>

namespace ckptlite::cli {
namespace {

template <typename T>
Json or_null(const std::optional<T>& value) {
    return value ? Json(*value) : Json(nullptr);
}

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

}  // namespace

Json number_json(std::optional<double> number) {
    if (!number) return nullptr;
    if (std::isnan(*number)) return "NaN";
    if (std::isinf(*number)) return *number > 0 ? "Infinity" : "-Infinity";
    return *number;
}

Json checkpoint_json(const CheckpointInfo& checkpoint) {
    return {{"id", checkpoint.id},
            {"run", checkpoint.run},
            {"prefix", checkpoint.prefix},
            {"step", checkpoint.step},
            {"version", checkpoint.version},
            {"metrics", metrics_json(checkpoint.metrics)},
            {"loss", number_json(checkpoint.loss)},
            {"n_completed_steps", or_null(checkpoint.n_completed_steps)},
            {"elapsed_time", number_json(checkpoint.elapsed_time)},
            {"pinned", checkpoint.pinned},
            {"tags", checkpoint.tags},
            {"note", checkpoint.note},
            {"created_at", checkpoint.created_at},
            {"n_leaves", checkpoint.n_leaves},
            {"nbytes", checkpoint.nbytes},
            {"stored_nbytes", checkpoint.stored_nbytes}};
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
    constexpr bool kAsciiOnly = true;  // or a terminal would obey control characters over U+007E
    out << json.dump(2, ' ', kAsciiOnly, Json::error_handler_t::replace) << '\n';
}

}  // namespace ckptlite::cli
