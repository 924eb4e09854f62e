// SPDX-License-Identifier: MIT
#include <algorithm>
#include <limits>

#include "db/sql.hpp"
#include "db/tables.hpp"
#include "format/metrics_json.hpp"

namespace ckptlite::db {
namespace {

CheckpointInfo read_checkpoint(const Query& row) {
    return {.id = row.integer(0),
            .run = std::string(row.text(1)),
            .prefix = std::string(row.text(2)),
            .step = row.integer(3),
            .version = row.integer(4),
            .metrics = format::parse_metrics(row.text(5)),
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

std::vector<CheckpointInfo> read_all(Query& row) {
    std::vector<CheckpointInfo> found;
    while (row.step()) found.push_back(read_checkpoint(row));
    return found;
}

std::int64_t sql_limit(std::size_t limit) noexcept {
    constexpr auto kMax = static_cast<std::size_t>(std::numeric_limits<std::int64_t>::max());
    return static_cast<std::int64_t>(std::min(limit, kMax));
}

}  // namespace

std::vector<CheckpointInfo> select_checkpoints(const Connection& connection,
                                               const CheckpointFilter& filter, std::size_t limit) {
    Query row = connection.query(sql::kCheckpoints);
    row.bind(filter.run, filter.prefix, filter.step, sql_limit(limit));
    return read_all(row);
}

std::vector<CheckpointInfo> select_best(const Connection& connection, const MetricName& metric,
                                        Best best, const CheckpointFilter& filter,
                                        std::size_t limit) {
    Query row = connection.query(best == Best::lowest ? sql::kLowest : sql::kHighest);
    row.bind(filter.run, filter.prefix, filter.step, sql_limit(limit), metric.group, metric.label);
    return read_all(row);
}

std::optional<CheckpointInfo> find_checkpoint(const Connection& connection, std::int64_t id) {
    Query row = connection.query(sql::kCheckpointById);
    if (!row.bind(id).step()) return std::nullopt;
    return read_checkpoint(row);
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
    return found;
}

std::int64_t insert_checkpoint(const Connection& connection, std::int64_t run_id,
                               const CheckpointInfo& checkpoint) {
    const CheckpointInfo& of = checkpoint;
    connection.query(sql::kInsertCheckpoint)
        .bind(run_id, of.prefix, of.step, of.version, format::metrics_json(of.metrics), of.tree_id,
              of.loss, of.n_completed_steps, of.elapsed_time, of.pinned, of.note, of.created_at)
        .run();
    return connection.last_insert_id();
}

void delete_checkpoint(const Connection& connection, std::int64_t id) {
    connection.query(sql::kDeleteCheckpoint).bind(id).run();
}

bool set_pinned(const Connection& connection, std::int64_t id, bool pinned) {
    connection.query(sql::kPin).bind(id, pinned).run();
    return connection.changes() > 0;
}

bool set_note(const Connection& connection, std::int64_t id, std::string_view note) {
    connection.query(sql::kSetNote).bind(id, note).run();
    return connection.changes() > 0;
}

}  // namespace ckptlite::db
