// SPDX-License-Identifier: MIT
// The half of Store that keeps a file in order: runs, pins, notes, retention, checks and copies.
#include <algorithm>

#include "db/backup.hpp"
#include "db/tables.hpp"
#include "format/metrics_json.hpp"
#include "store/compaction.hpp"
#include "store/selection.hpp"
#include "store/store_impl.hpp"
#include "store/stored_tree.hpp"

namespace ckptlite {

std::vector<RunInfo> Store::runs() const {
    return db::select_runs(*impl().readers.lease());
}

RunInfo Store::start_run(std::string_view name, std::string_view config,
                         std::optional<std::string> parent_run,
                         std::optional<std::int64_t> parent_step) {
    Impl& of = impl();
    format::check_name(name, "run");
    format::check_config(config);
    return of.write([&](const db::Connection& to) {
        std::optional<std::int64_t> parent_id;
        if (parent_run) {
            parent_id = db::find_run(to, *parent_run);
            if (!parent_id) {
                throw NotFound("there is no such parent run",
                               {.file = of.file.string(), .run = *parent_run});
            }
        }
        const std::int64_t id = db::ensure_run(to, name, detail::now_text());
        if (parent_id && db::is_ancestor(to, id, *parent_id)) {
            throw InvalidArgument("the run '" + *parent_run + "' comes from this one, or is it: " +
                                      "it cannot be its parent",
                                  {.file = of.file.string(), .run = std::string(name)});
        }
        db::configure_run(to, id, config, parent_id, parent_step);
        const auto runs = db::select_runs(to);
        return *std::find_if(runs.begin(), runs.end(),
                             [id](const RunInfo& run) { return run.id == id; });
    });
}

void Store::finish_run(std::string_view name) {
    Impl& of = impl();
    of.log.flush();
    of.write([&](const db::Connection& to) {
        const auto id = db::find_run(to, name);
        if (!id) {
            throw NotFound("there is no such run",
                           {.file = of.file.string(), .run = std::string(name)});
        }
        db::finish_run(to, *id, detail::now_text());
    });
}

void Store::pin(const CheckpointInfo& checkpoint, bool pinned) {
    Impl& of = impl();
    of.write([&](const db::Connection& to) {
        if (!db::set_pinned(to, checkpoint.id, pinned)) throw of.gone(checkpoint);
    });
}

void Store::set_note(const CheckpointInfo& checkpoint, std::string_view note) {
    Impl& of = impl();
    of.write([&](const db::Connection& to) {
        if (!db::set_note(to, checkpoint.id, note)) throw of.gone(checkpoint);
    });
}

void Store::tag(const CheckpointInfo& checkpoint, std::string_view tag, bool move) {
    Impl& of = impl();
    format::check_name(tag, "tag");
    of.write([&](const db::Connection& to) {
        if (!db::find_checkpoint(to, checkpoint.id)) throw of.gone(checkpoint);
        const auto old = db::find_tag(to, tag);
        if (old == checkpoint.id) return;
        const auto other = old && !move ? db::find_checkpoint(to, *old) : std::nullopt;
        if (other) {
            throw AlreadyExists("the tag '" + std::string(tag) + "' is that of " +
                                    detail::name_of(*other) + ": move it, or choose another name",
                                {.file = of.file.string()});
        }
        db::set_tag(to, tag, checkpoint.id);
    });
}

void Store::untag(std::string_view tag) {
    Impl& of = impl();
    of.write([&](const db::Connection& to) {
        if (!db::remove_tag(to, tag)) throw detail::tag_not_found(to, tag);
    });
}

std::vector<TagInfo> Store::tags() const {
    return db::select_tags(*impl().readers.lease());
}

void Store::remove(const CheckpointInfo& checkpoint) {
    Impl& of = impl();
    of.write([&](const db::Connection& to) {
        const auto current = db::find_checkpoint(to, checkpoint.id);
        if (!current) throw of.gone(checkpoint);
        detail::delete_checkpoints(to, {{.id = current->id, .tree_id = current->tree_id}},
                                   detail::Trees::retire_all);
    });
    of.collect_garbage();
}

std::vector<RetentionDecision> Store::plan(const RetentionPolicy& policy, std::string_view run,
                                           std::string_view prefix) const {
    return detail::plan_for(*impl().readers.lease(), policy, run, prefix, std::nullopt);
}

std::vector<RetentionDecision> Store::retain(const RetentionPolicy& policy, std::string_view run,
                                             std::string_view prefix) {
    Impl& of = impl();
    auto plan = of.write([&](const db::Connection& to) {
        return detail::apply_retention(to, policy, run, prefix, std::nullopt,
                                       detail::Trees::retire_all);
    });
    of.collect_garbage();
    return plan;
}

VerifyReport Store::verify(bool full, const OnProgress& on_progress) const {
    return detail::verify_store(*impl().readers.lease(), full, on_progress);
}

CompactPlan Store::plan_compact() const {
    return detail::plan_compaction(*impl().readers.lease(), {});
}

CompactReport Store::compact(const OnProgress& on_progress) {
    const Impl::Writing to = impl().writing();
    return detail::compact_store(to.connection, impl().token.text(), on_progress);
}

void Store::backup(const std::filesystem::path& out, const OnProgress& on_progress) const {
    impl().log.flush();  // what was logged before is in the copy
    db::back_up(*impl().readers.lease(), out, on_progress);
}

}  // namespace ckptlite
