// SPDX-License-Identifier: MIT
#include "store/copied_rows.hpp"

#include <string>

#include "ckptlite/error.hpp"
#include "db/tables.hpp"
#include "store/row_rules.hpp"
#include "store/stored_tree.hpp"

namespace ckptlite::detail {
namespace {

constexpr const char* kAdvice =
    "; `ckptlite verify` lists what is damaged, `ckptlite salvage` makes a sound copy";

[[noreturn]] void refuse(const std::string& what, ErrorContext where) {
    throw Corrupt(what + kAdvice, std::move(where));
}

void require_whole(const db::Connection& from, const db::MetricRow& row, MetricName& last) {
    Fault fault = fault_of_time(row.at);
    if (row.metric != last) {  // names repeat over thousands of rows
        if (!fault) fault = fault_of_metric(row.metric);
        last = row.metric;
    }
    if (fault) refuse("the metric history: " + *fault, {.file = from.file(), .step = row.step});
}

}  // namespace

void require_whole(const db::Connection& from, const RunInfo& run) {
    const ErrorContext where{.file = from.file(), .run = run.name};
    const auto require = [&](const Fault& fault) {
        if (fault) refuse(*fault, where);
    };
    require(fault_of_name(run.name, "run"));
    require(fault_of_uuid(run.uuid));
    require(fault_of_config(run.config));
    require(fault_of_time(run.created_at));
    if (!run.finished_at.empty()) require(fault_of_time(run.finished_at));
    if (db::has_row_digests(from) && !db::run_is_as_written(from, run.id)) {
        refuse("the row of the run " + std::string(kChangedRow), where);
    }
}

void require_whole(const db::Connection& from, const CheckpointInfo& checkpoint) {
    const ErrorContext where = place(from, checkpoint);
    for (const Fault& fault :
         {fault_of_name(checkpoint.prefix, "prefix"), fault_of_time(checkpoint.created_at),
          fault_of_metrics(checkpoint.metrics)}) {
        if (fault) refuse(*fault, where);
    }
    for (const std::string& tag : checkpoint.tags) {
        if (const Fault fault = fault_of_name(tag, "tag")) refuse(*fault, where);
    }
    if (db::has_row_digests(from) && !db::checkpoint_is_as_written(from, checkpoint.id)) {
        refuse("the row of the checkpoint " + std::string(kChangedRow), where);
    }
}

void require_whole_tags(const db::Connection& from) {
    if (db::has_row_digests(from) && db::has_tags(from) && !db::tags_are_as_written(from)) {
        refuse("the table of the tags " + std::string(kChangedRow), {.file = from.file()});
    }
}

std::int64_t copy_run(const db::Connection& to, const RunInfo& run) {
    const std::int64_t id = db::insert_run(to, run);
    db::renew_run_digest(to, id);
    return id;
}

std::int64_t copy_checkpoint(const db::Connection& to, std::int64_t run_id,
                             const CheckpointInfo& checkpoint) {
    const std::int64_t id = db::insert_checkpoint(to, run_id, checkpoint);
    for (const std::string& tag : checkpoint.tags) db::set_tag(to, tag, id);
    return id;
}

std::uint64_t copy_history(const db::Connection& from, const db::Connection& to, const RunIds& ids,
                           const std::function<void(std::uint64_t nbytes)>& wrote) {
    constexpr std::uint64_t kRowBytes = 100;  // about
    for (const auto& [run, id] : ids) {
        if (!db::has_row_digests(from) || db::metrics_are_as_written(from, run)) continue;
        refuse("the metric history of run " + std::to_string(run) + " " + kChangedRow,
               {.file = from.file()});
    }
    std::uint64_t copied = 0;
    std::map<std::int64_t, format::SetDigest> changes;
    MetricName last;
    db::for_each_metric(from, [&](const db::MetricRow& row) {
        const auto id = ids.find(row.run_id);
        if (id == ids.end()) return;
        require_whole(from, row, last);
        format::SetDigest change;
        if (!db::log_metric(to, id->second, row.metric, row.step, row.value, row.at, change,
                            db::Known::keep_later)) {
            return;
        }
        ++copied;
        changes[id->second].add(change);
        if (wrote) wrote(kRowBytes);
    });
    for (const auto& [id, change] : changes) db::change_metric_digest(to, id, change);
    return copied;
}

}  // namespace ckptlite::detail
