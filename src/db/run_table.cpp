// SPDX-License-Identifier: MIT
#include "base/uuid.hpp"
#include "db/sql.hpp"
#include "db/tables.hpp"

namespace ckptlite::db {
namespace {

/// NULL while the run goes on.
std::optional<std::string_view> end_of(const RunInfo& run) {
    if (run.finished_at.empty()) return std::nullopt;
    return run.finished_at;
}

}  // namespace

std::optional<std::int64_t> find_run(const Connection& connection, std::string_view name) {
    Query row = connection.query(sql::kFindRun);
    if (!row.bind(name).step()) return std::nullopt;
    return row.integer(0);
}

std::int64_t ensure_run(const Connection& connection, std::string_view name, std::string_view now) {
    if (const auto id = find_run(connection, name)) return *id;
    connection.query(sql::kInsertRun).bind(name, make_uuid(), now).run();
    const std::int64_t id = connection.last_insert_id();
    renew_run_digest(connection, id);
    return id;
}

void configure_run(const Connection& connection, std::int64_t run_id, std::string_view config,
                   std::optional<std::int64_t> parent_run_id,
                   std::optional<std::int64_t> parent_step) {
    change_run(connection, run_id, [&] {
        connection.query(sql::kConfigureRun).bind(run_id, config, parent_run_id, parent_step).run();
    });
}

bool is_ancestor(const Connection& connection, std::int64_t ancestor, std::int64_t run_id) {
    return connection.query(sql::kIsAncestor).bind(ancestor, run_id).step();
}

void finish_run(const Connection& connection, std::int64_t run_id, std::string_view now) {
    change_run(connection, run_id,
               [&] { connection.query(sql::kFinishRun).bind(run_id, now).run(); });
}

std::vector<RunInfo> select_runs(const Connection& connection) {
    std::vector<RunInfo> runs;
    Query row = connection.query(sql::kRuns);
    while (row.step()) {
        runs.push_back({.id = row.integer(0),
                        .name = std::string(row.text(1)),
                        .uuid = std::string(row.text(2)),
                        .config = std::string(row.text(3)),
                        .created_at = std::string(row.text(4)),
                        .finished_at = std::string(row.text(5)),
                        .parent_run = std::string(row.text(6)),
                        .parent_step = row.optional_integer(7)});
    }
    return runs;
}

std::int64_t insert_run(const Connection& connection, const RunInfo& run) {
    connection.query(sql::kInsertWholeRun)
        .bind(run.name, run.uuid, run.config, run.created_at, end_of(run), run.parent_step)
        .run();
    return connection.last_insert_id();
}

void set_parent_run(const Connection& connection, std::int64_t id, std::int64_t parent_id) {
    connection.query(sql::kSetParentRun).bind(id, parent_id).run();
}

void update_run(const Connection& connection, std::int64_t run_id, const RunInfo& run) {
    connection.query(sql::kUpdateRun).bind(run_id, run.config, end_of(run), run.parent_step).run();
}

std::string last_active(const Connection& connection, std::int64_t run_id) {
    Query row = connection.query(sql::kLastActive);
    return row.bind(run_id).step() ? std::string(row.text(0)) : std::string();
}

}  // namespace ckptlite::db
