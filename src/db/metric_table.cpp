// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cmath>
#include <limits>

#include "db/sql.hpp"
#include "db/tables.hpp"

namespace ckptlite::db {
namespace {

/// NULL is NaN.
double value_of(const Query& row, int column) {
    return row.optional_real(column).value_or(std::numeric_limits<double>::quiet_NaN());
}

}  // namespace

MetricRow read_metric(const Query& row) {
    return {.run_id = row.integer(0),
            .metric = {std::string(row.text(1)), std::string(row.text(2))},
            .step = row.integer(3),
            .value = value_of(row, 4),
            .at = std::string(row.text(5))};
}

bool log_metric(const Connection& connection, std::int64_t run_id, const MetricName& metric,
                std::int64_t step, double value, std::string_view at, format::SetDigest& change,
                Known known) {
    // SQLite has no NaN: a bound one would become NULL anyway; say so here.
    const std::optional<double> stored =
        std::isnan(value) ? std::nullopt : std::optional<double>(value);
    const auto digest = [&](std::optional<double> number, std::string_view time) {
        return format::SetDigest(
            format::metric_row_digest(run_id, metric.group, metric.label, step, number, time));
    };
    connection.query(sql::kInsertMetric)
        .bind(run_id, metric.group, metric.label, step, stored, at)
        .run();
    if (connection.changes() == 0) {
        {
            Query old = connection.query(sql::kMetric);
            if (old.bind(run_id, metric.group, metric.label, step).step()) {
                if (known == Known::keep_later && old.text(1) >= at) return false;
                change.subtract(digest(old.optional_real(0), old.text(1)));
            }
        }
        connection.query(sql::kReplaceMetric)
            .bind(run_id, metric.group, metric.label, step, stored, at)
            .run();
    }
    change.add(digest(stored, at));
    return true;
}

std::vector<MetricPoint> select_history(const Connection& connection, std::string_view run,
                                        const MetricName& metric,
                                        std::optional<std::size_t> newest) {
    std::vector<MetricPoint> history;
    Query row = connection.query(sql::kHistory);
    row.bind(run, metric.group, metric.label, sql_limit(newest));
    while (row.step()) {
        history.push_back(
            {.step = row.integer(0), .value = value_of(row, 1), .at = std::string(row.text(2))});
    }
    std::reverse(history.begin(), history.end());
    return history;
}

std::vector<MetricName> select_metric_names(const Connection& connection, std::string_view run) {
    std::vector<MetricName> names;
    Query row = connection.query(sql::kMetricNames);
    row.bind(run);
    while (row.step()) names.push_back({std::string(row.text(0)), std::string(row.text(1))});
    return names;
}

void for_each_metric(const Connection& connection,
                     const std::function<void(const MetricRow&)>& visit) {
    Query row = connection.query(sql::kMetricRows);
    while (row.step()) visit(read_metric(row));
}

void for_each_metric(const Connection& connection, std::int64_t run_id,
                     const std::function<void(const MetricRow&)>& visit) {
    Query row = connection.query(sql::kMetricRowsOfRun);
    row.bind(run_id);
    while (row.step()) visit(read_metric(row));
}

std::uint64_t count_metrics(const Connection& connection, std::int64_t run_id) {
    Query row = connection.query(sql::kCountMetrics);
    row.bind(run_id).step();
    return static_cast<std::uint64_t>(row.integer(0));
}

std::vector<std::string> check_database(const Connection& connection, bool full) {
    std::vector<std::string> found;
    {
        Query row = connection.query(full ? sql::kIntegrityCheck : sql::kQuickCheck);
        while (row.step()) {
            if (row.text(0) != "ok") found.emplace_back(row.text(0));
        }
    }
    constexpr std::size_t kMost = 20;  // as many as the check above gives
    Query row = connection.query(sql::kForeignKeyCheck);
    for (std::size_t n = 0; n < kMost && row.step(); ++n) {
        found.push_back("a row of " + std::string(row.text(0)) + " refers to a missing row of " +
                        std::string(row.text(2)));
    }
    return found;
}

std::vector<std::string> tables_behind_their_ids(const Connection& connection) {
    std::vector<std::string> found;
    Query row = connection.query(sql::kTablesBehindTheirIds);
    while (row.step()) found.emplace_back(row.text(0));
    return found;
}

std::vector<NonFiniteMetric> select_non_finite_metrics(const Connection& connection,
                                                       const CheckpointFilter& filter) {
    std::vector<NonFiniteMetric> found;
    Query row = connection.query(sql::kNonFiniteMetrics);
    row.bind(filter.run, filter.step);
    while (row.step()) {
        found.push_back({.run = std::string(row.text(0)),
                         .metric = {std::string(row.text(1)), std::string(row.text(2))},
                         .step = row.integer(3),
                         .value = value_of(row, 4)});
    }
    return found;
}

}  // namespace ckptlite::db
