// SPDX-License-Identifier: MIT
#include "store/verify_rows.hpp"

#include "db/tables.hpp"
#include "store/row_rules.hpp"

namespace ckptlite::detail {

void verify_runs(const db::Connection& connection, const OnProblem& on_problem) {
    for (const RunInfo& run : db::select_runs(connection)) {
        const std::string where = "run '" + run.name + "'";
        const auto report = [&](const Fault& fault) {
            if (fault) on_problem(where, *fault);
        };
        report(fault_of_name(run.name, "run"));
        report(fault_of_uuid(run.uuid));
        report(fault_of_config(run.config));
        report(fault_of_time(run.created_at));
        if (!run.finished_at.empty()) report(fault_of_time(run.finished_at));
    }
}

void verify_tags(const db::Connection& connection, const OnProblem& on_problem) {
    for (const TagInfo& of : db::select_tags(connection)) {
        if (const Fault fault = fault_of_name(of.tag, "tag")) {
            on_problem("tag '" + of.tag + "'", *fault);
        }
    }
}

void verify_history(const db::Connection& connection, const OnProblem& on_problem) {
    MetricName last;  // names repeat over thousands of rows
    db::for_each_metric(connection, [&](const db::MetricRow& row) {
        const auto where = [&] {
            return "metric " + row.metric.text() + " of run " + std::to_string(row.run_id) +
                   ", step " + std::to_string(row.step);
        };
        if (row.metric != last) {
            if (const Fault fault = fault_of_metric(row.metric)) on_problem(where(), *fault);
            last = row.metric;
        }
        if (const Fault fault = fault_of_time(row.at)) on_problem(where(), *fault);
    });
}

void verify_belonging(const db::Connection& connection, const OnProblem& on_problem) {
    for (const std::int64_t id : db::trees_without_checkpoint(connection)) {
        on_problem("tree " + std::to_string(id),
                   "no checkpoint has it: ckptlite compact deletes it");
    }
    for (const auto& [id, nbytes] : db::chunks_without_leaf(connection)) {
        on_problem("chunk " + std::to_string(id), "no leaf has it: ckptlite compact deletes it");
    }
    for (const std::string& table : db::tables_behind_their_ids(connection)) {
        on_problem("table " + table, "sqlite_sequence would give its last id out again");
    }
}

}  // namespace ckptlite::detail
