// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cmath>
#include <functional>

#include "ckptlite/error.hpp"
#include "db/sql.hpp"
#include "db/tables.hpp"
#include "db/transaction.hpp"
#include "format/metrics_json.hpp"
#include "format/schema.hpp"

namespace ckptlite::db {
namespace {

Metrics read_metrics(const Connection& connection, std::string_view json, std::string_view run,
                     std::int64_t step) {
    try {
        return format::parse_metrics(json);
    } catch (const Corrupt& error) {
        throw Corrupt(error.message(),
                      {.file = connection.file(), .run = std::string(run), .step = step});
    }
}

CheckpointInfo read_checkpoint(const Connection& connection, const Query& row) {
    return {.id = row.integer(0),
            .run = std::string(row.text(1)),
            .prefix = std::string(row.text(2)),
            .step = row.integer(3),
            .version = row.integer(4),
            .metrics = read_metrics(connection, row.text(5), row.text(1), row.integer(3)),
            .loss = row.optional_real(6),
            .n_completed_steps = row.optional_integer(7),
            .elapsed_time = row.optional_real(8),
            .pinned = row.integer(9) != 0,
            .note = std::string(row.text(10)),
            .created_at = std::string(row.text(11)),
            .tree_id = row.integer(12),
            .n_leaves = row.size(13),
            .nbytes = row.size(14),
            .stored_nbytes = row.size(15)};
}

/// `of` gives the part of a row that has the id and the tags.
template <typename Row, typename Of>
void add_tags(const Connection& connection, std::vector<Row>& rows, Of of) {
    if (rows.empty()) return;
    const auto id_of = [&](Row& row) { return of(row).id; };
    const auto [first, last] = std::ranges::minmax_element(rows, {}, id_of);
    const TagsOf tags = tags_between(connection, id_of(*first), id_of(*last));
    if (tags.empty()) return;
    for (Row& row : rows) {
        const auto found = tags.find(id_of(row));
        if (found != tags.end()) of(row).tags = found->second;
    }
}

/// All rows that are left, with the tags as the connection sees them now.
std::vector<CheckpointInfo> read_tagged(const Connection& connection, Query& row) {
    std::vector<CheckpointInfo> found;
    while (row.step()) found.push_back(read_checkpoint(connection, row));
    add_tags(connection, found, std::identity());
    return found;
}

/// Whether the file has checkpoint_metric. Asked each time: another process may upgrade the file
/// while this one has it open.
bool is_ranked(const Connection& connection) {
    return connection.pragma_integer(sql::kUserVersion) >= format::kRankedVersion;
}

const std::string_view& best_sql(const Connection& connection, Best best) {
    if (is_ranked(connection)) return best == Best::lowest ? sql::kLowest : sql::kHighest;
    return best == Best::lowest ? sql::kLowestOfJson : sql::kHighestOfJson;
}

/// What is ranked must report a number: the two tables may come from a stranger.
void check_reported(const Connection& connection, const CheckpointInfo& checkpoint,
                    const MetricName& metric) {
    const auto group = checkpoint.metrics.find(metric.group);
    if (group != checkpoint.metrics.end()) {
        const auto value = group->second.find(metric.label);
        if (value != group->second.end() && !std::isnan(value->second)) return;
    }
    throw Corrupt("a checkpoint is ranked by " + metric.text() + ", which it does not report",
                  {.file = connection.file(), .run = checkpoint.run, .step = checkpoint.step});
}

void insert_metrics(const Connection& connection, std::int64_t id, std::int64_t run_id,
                    std::string_view prefix, std::int64_t step, const Metrics& metrics) {
    for (const auto& [group, values] : metrics) {
        for (const auto& [label, value] : values) {
            if (std::isnan(value)) continue;
            connection.query(sql::kInsertCheckpointMetric)
                .bind(id, run_id, prefix, step, group, label, value)
                .run();
        }
    }
}

}  // namespace

std::vector<CheckpointInfo> select_checkpoints(const Connection& connection,
                                               const CheckpointFilter& filter,
                                               std::optional<std::size_t> limit) {
    const ReadTransaction snapshot(connection);
    const bool one_series = filter.run && filter.prefix;
    Query row = connection.query(filter.step  ? sql::kCheckpointsAtStep
                                 : one_series ? sql::kCheckpointsOfSeries
                                              : sql::kCheckpoints);
    row.bind(filter.run, filter.prefix, filter.step, sql_limit(limit));
    return read_tagged(connection, row);
}

std::vector<CheckpointInfo> select_best(const Connection& connection, const MetricName& metric,
                                        Best best, const CheckpointFilter& filter,
                                        std::size_t limit) {
    const ReadTransaction snapshot(connection);
    Query row = connection.query(best_sql(connection, best));
    row.bind(filter.run, filter.prefix, filter.step, sql_limit(limit), metric.group, metric.label);
    auto found = read_tagged(connection, row);
    for (const CheckpointInfo& checkpoint : found) check_reported(connection, checkpoint, metric);
    return found;
}

std::optional<CheckpointInfo> find_checkpoint(const Connection& connection, std::int64_t id) {
    const ReadTransaction snapshot(connection);
    Query row = connection.query(sql::kCheckpointById);
    const auto found = read_tagged(connection, row.bind(id));
    if (found.empty()) return std::nullopt;
    return found.front();
}

std::vector<SeriesRow> select_series(const Connection& connection, std::string_view run,
                                     std::string_view prefix, bool with_metrics) {
    const ReadTransaction snapshot(connection);
    std::vector<SeriesRow> found;
    Query row = connection.query(sql::kSeries);
    row.bind(run, prefix, with_metrics);
    while (row.step()) {
        found.push_back({.checkpoint = {.id = row.integer(0),
                                        .step = row.integer(1),
                                        .tree_id = row.integer(2),
                                        .pinned = row.integer(3) != 0},
                         .created_at = std::string(row.text(4)),
                         .stored_nbytes = row.size(5)});
        if (!with_metrics) continue;
        found.back().metrics = read_metrics(connection, row.text(6), run, row.integer(1));
    }
    add_tags(connection, found, [](SeriesRow& each) -> CheckpointRef& { return each.checkpoint; });
    return found;
}

std::vector<CheckpointRef> checkpoints_from_step(const Connection& connection, std::int64_t run_id,
                                                 std::string_view prefix, std::int64_t step) {
    std::vector<CheckpointRef> found;
    Query row = connection.query(sql::kFromStep);
    row.bind(run_id, prefix, step);
    while (row.step()) {
        found.push_back({.id = row.integer(0),
                         .step = row.integer(1),
                         .tree_id = row.integer(2),
                         .pinned = row.integer(3) != 0});
    }
    add_tags(connection, found, std::identity());
    return found;
}

std::int64_t insert_checkpoint(const Connection& connection, std::int64_t run_id,
                               const CheckpointInfo& checkpoint) {
    const CheckpointInfo& of = checkpoint;
    connection.query(sql::kInsertCheckpoint)
        .bind(run_id, of.prefix, of.step, of.version, format::metrics_json(of.metrics), of.tree_id,
              of.loss, of.n_completed_steps, of.elapsed_time, of.pinned, of.note, of.created_at)
        .run();
    const std::int64_t id = connection.last_insert_id();
    insert_metrics(connection, id, run_id, of.prefix, of.step, of.metrics);
    renew_checkpoint_digest(connection, id);
    return id;
}

void delete_checkpoint(const Connection& connection, std::int64_t id) {
    for (const auto& [tagged, tags] : tags_between(connection, id, id)) {
        for (const std::string& tag : tags) remove_tag(connection, tag);
    }
    connection.query(sql::kDeleteCheckpoint).bind(id).run();
    remove_checkpoint_digest(connection, id);
}

std::vector<std::int64_t> checkpoint_ids(const Connection& connection) {
    return connection.query(sql::kCheckpointIds).integers();
}

std::optional<Metrics> ranked_metrics(const Connection& connection, std::int64_t id) {
    if (!is_ranked(connection)) return std::nullopt;
    Metrics metrics;
    Query row = connection.query(sql::kCheckpointMetrics);
    row.bind(id);
    while (row.step()) metrics[std::string(row.text(0))][std::string(row.text(1))] = row.real(2);
    return metrics;
}

void rank_checkpoints(const Connection& connection) {
    Query row = connection.query(sql::kMetricsOfAll);
    while (row.step()) {
        Metrics metrics;
        try {
            metrics = format::parse_metrics(row.text(4));
        } catch (const Corrupt&) {
            continue;  // loading or verifying it says so
        }
        insert_metrics(connection, row.integer(0), row.integer(1), row.text(2), row.integer(3),
                       metrics);
    }
}

bool set_pinned(const Connection& connection, std::int64_t id, bool pinned) {
    bool found = false;
    change_checkpoint(connection, id, [&] {
        connection.query(sql::kPin).bind(id, pinned).run();
        found = connection.changes() > 0;
    });
    return found;
}

bool set_note(const Connection& connection, std::int64_t id, std::string_view note) {
    bool found = false;
    change_checkpoint(connection, id, [&] {
        connection.query(sql::kSetNote).bind(id, note).run();
        found = connection.changes() > 0;
    });
    return found;
}

}  // namespace ckptlite::db
