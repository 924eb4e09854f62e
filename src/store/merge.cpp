// SPDX-License-Identifier: MIT
#include "ckptlite/merge.hpp"

#include <algorithm>
#include <deque>
#include <map>

#include "db/new_file.hpp"
#include "db/store_file.hpp"
#include "db/store_schema.hpp"
#include "store/batched_writes.hpp"
#include "store/copied_rows.hpp"
#include "store/merge_plan.hpp"
#include "store/store_impl.hpp"
#include "store/stored_tree.hpp"
#include "store/whole_trees.hpp"

namespace ckptlite {
namespace detail {
namespace {

namespace fs = std::filesystem;

constexpr std::chrono::seconds kTimeout{5};

MergeSource source_of(const db::Connection& connection) {
    const db::ReadTransaction snapshot(connection);
    MergeSource source{.file = connection.file(), .runs = db::select_runs(connection)};
    for (CheckpointInfo& info : db::select_checkpoints(connection, {}, SIZE_MAX)) {
        const auto tree = db::digest_of_published_tree(connection, info.tree_id);
        if (!tree) throw Corrupt("the checkpoint has no complete tree", place(connection, info));
        source.checkpoints.push_back({.info = std::move(info), .tree = *tree});
    }
    source.last_active = [&connection](const RunInfo& run) {
        return db::last_active(connection, run.id);
    };
    return source;
}

/// A file that is merged into another, in one snapshot as long as this lives.
struct Input {
    explicit Input(const fs::path& file)
        : connection(file.string(), db::Access::read_only, kTimeout), snapshot(connection) {
        db::check_store(connection, false);
        rows = source_of(connection);
        for (const RunInfo& run : rows.runs) require_whole(connection, run);
        require_whole_tags(connection);
        for (const auto& checkpoint : rows.checkpoints) {
            require_whole(connection, checkpoint.info);
        }
    }

    const db::Connection connection;
    const db::ReadTransaction snapshot;
    MergeSource rows{};
    std::optional<WholeTrees> trees{};  // made when the first one is copied
};

using Inputs = std::deque<Input>;  // a deque: they do not move

void open_inputs(std::span<const fs::path> ins, const fs::path& out, const MergeOptions& options,
                 Inputs& inputs) {
    if (ins.empty()) throw InvalidArgument("no file is named that is to be merged");
    std::vector<std::pair<db::FileIdentity, fs::path>> known;
    if (fs::exists(out)) known.emplace_back(db::identity_of(out.string()), out);
    for (const fs::path& in : ins) {
        const fs::path file = db::resolve_file(in, options.follow_symlinks, false);
        const db::FileIdentity identity = db::identity_of(file.string());
        const auto same =
            std::ranges::find(known, identity, [](const auto& of) { return of.first; });
        if (same != known.end()) {
            throw InvalidArgument("this is the same file as " + same->second.string() +
                                      ": it cannot be merged with itself",
                                  {.file = in.string()});
        }
        known.emplace_back(identity, file);
        inputs.emplace_back(file);
    }
}

MergePlan plan_for(const db::Connection& to, const Inputs& inputs) {
    const MergeSource destination = source_of(to);
    std::vector<const MergeSource*> sources{&destination};
    for (const Input& input : inputs) sources.push_back(&input.rows);
    return plan_merge(sources);
}

class Merger {
public:
    Merger(const db::Connection& to, FileUse use, const std::string& token, Inputs& inputs,
           const OnProgress& on_progress)
        : to_(to), use_(use), token_(token), inputs_(inputs), on_progress_(on_progress) {}

    MergeReport run() {
        try {
            do {
                stage(plan_for(to_, inputs_));
            } while (!publish());
        } catch (...) {
            tidy();
            throw;
        }
        tidy();
        for (const Input& input : inputs_) {
            if (input.trees) report_.nbytes += input.trees->stored_nbytes();
        }
        if (on_progress_) on_progress_({total_, total_});
        return std::move(report_);
    }

private:
    /// What was staged and is not published, by a merge that was killed, too.
    void tidy() noexcept {
        writes_.reset();
        if (staged_any_ && use_ == FileUse::shared) collect_garbage(to_, token_);
    }

    bool is_there(const Digest& tree) const {
        return staged_.contains(tree) || db::find_published_tree(to_, tree).has_value();
    }

    /// Copies the trees that the file lacks, in transactions of their own.
    void stage(const MergePlan& plan) {
        std::map<Digest, const PlannedCheckpoint*> missing;
        std::uint64_t nbytes = 0;
        for (const PlannedCheckpoint& planned : plan.checkpoints) {
            if (is_there(planned.checkpoint.tree)) continue;
            if (!missing.emplace(planned.checkpoint.tree, &planned).second) continue;
            nbytes += planned.checkpoint.info.stored_nbytes;
        }
        total_ += nbytes;
        if (missing.empty()) return;
        staged_any_ = true;
        writes_.emplace(to_, use_, nbytes);
        for (const PlannedCheckpoint& planned : plan.checkpoints) {
            const auto tree = missing.find(planned.checkpoint.tree);
            if (tree == missing.end() || tree->second != &planned) continue;
            Input& input = inputs_[planned.source - 1];
            if (!input.trees) input.trees.emplace(input.connection, to_, on_written());
            staged_.emplace(tree->first,
                            input.trees->copy(planned.checkpoint.info, writer_identity(token_)));
        }
        writes_->finish();
        writes_.reset();
    }

    TreeCopier::OnWritten on_written() {
        return [this](std::uint64_t nbytes, bool is_new) {
            if (is_new) writes_->wrote(nbytes);
            done_ = std::min(total_, done_ + nbytes);
            if (on_progress_) on_progress_({done_, total_});
        };
    }

    /// All that makes it visible. False if somebody deleted a tree meanwhile that was to be shared.
    bool publish() {
        db::WriteTransaction transaction(to_);
        // Anew, under the lock: others may have saved since.
        MergePlan plan = plan_for(to_, inputs_);
        for (const PlannedCheckpoint& planned : plan.checkpoints) {
            if (!is_there(planned.checkpoint.tree)) return false;
        }
        report_ = {.known_checkpoints = plan.known_checkpoints, .notes = std::move(plan.notes)};
        write_runs(plan.runs);
        for (const PlannedCheckpoint& planned : plan.checkpoints) write_checkpoint(planned);
        for (const Input& input : inputs_) {
            RunIds ids;
            for (const RunInfo& run : input.rows.runs) ids.emplace(run.id, run_ids_.at(run.uuid));
            report_.metrics += copy_history(input.connection, to_, ids);
        }
        transaction.commit();
        return true;
    }

    void write_runs(const std::vector<PlannedRun>& runs) {
        run_ids_.clear();
        for (const PlannedRun& planned : runs) {
            const std::int64_t known = planned.run.id;
            run_ids_[planned.run.uuid] = known != 0 ? known : copy_run(to_, planned.run);
            if (known == 0) ++report_.runs;
            if (planned.changed) ++report_.updated;
        }
        for (const PlannedRun& planned : runs) {
            if (planned.run.id != 0 && !planned.changed) continue;
            const std::int64_t id = run_ids_.at(planned.run.uuid);
            db::change_run(to_, id, [&] {
                db::update_run(to_, id, planned.run);
                if (planned.parent_uuid.empty()) return;
                db::set_parent_run(to_, id, run_ids_.at(planned.parent_uuid));
            });
        }
    }

    void write_checkpoint(const PlannedCheckpoint& planned) {
        CheckpointInfo info = planned.checkpoint.info;
        if (planned.changed) {
            db::set_pinned(to_, info.id, info.pinned);
            db::set_note(to_, info.id, info.note);
            for (const std::string& tag : info.tags) db::set_tag(to_, tag, info.id);
            ++report_.updated;
            return;
        }
        info.tree_id = published(planned.checkpoint.tree);
        copy_checkpoint(to_, run_ids_.at(planned.run_uuid), info);
        ++report_.checkpoints;
    }

    std::int64_t published(const Digest& tree) {
        if (const auto id = db::find_published_tree(to_, tree)) return *id;
        const TreeCopier::Staged& staged = staged_.at(tree);
        TreeCopier::publish(to_, staged);
        return staged.row.id;
    }

    const db::Connection& to_;
    const FileUse use_;
    const std::string& token_;
    Inputs& inputs_;
    const OnProgress& on_progress_;
    std::optional<BatchedWrites> writes_;  // while trees are copied
    std::map<Digest, TreeCopier::Staged> staged_;
    bool staged_any_ = false;
    std::map<std::string, std::int64_t> run_ids_;  // in the destination, by UUID
    std::uint64_t total_ = 0;
    std::uint64_t done_ = 0;
    MergeReport report_;
};

MergeReport merge_into_new(const fs::path& out, Inputs& inputs, const MergeOptions& options) {
    const fs::path file = db::resolve_new_file(out);
    const WriterToken token;
    db::NewFile made(file);
    MergeReport report;
    {
        const db::Connection to(made.temporary(), db::Access::create, kTimeout);
        db::make_unseen_store(to, inputs.front().connection.file());
        // Whoever may not read one of them shall not read it here.
        for (const Input& input : inputs) {
            const auto hidden =
                fs::perms::mask & ~fs::status(input.connection.file()).permissions();
            fs::permissions(made.temporary(), hidden & ~fs::perms::owner_all,
                            fs::perm_options::remove);
        }
        report = Merger(to, FileUse::alone, token.text(), inputs, options.on_progress).run();
    }
    if (!made.publish()) db::refuse_to_replace(file);
    return report;
}

MergeReport merge_into_store(const fs::path& out, Inputs& inputs, const MergeOptions& options) {
    {
        // A conflict is found before anything is written, be it an upgrade of the format.
        const db::Connection look(out.string(), db::Access::query_only, kTimeout);
        db::check_store(look, true);
        static_cast<void>(plan_for(look, inputs));
    }
    Store store(out, {.mode = OpenMode::existing});
    MergeReport report;
    {
        auto& of = StoreAccess::impl(store);
        const auto to = of.writing();
        report =
            Merger(to.connection, FileUse::shared, of.token.text(), inputs, options.on_progress)
                .run();
    }
    store.close();
    return report;
}

}  // namespace
}  // namespace detail

MergeReport merge(const std::filesystem::path& out, std::span<const std::filesystem::path> ins,
                  const MergeOptions& options) {
    const auto to = db::resolve_file(out, options.follow_symlinks, true);
    detail::Inputs inputs;
    detail::open_inputs(ins, to, options, inputs);
    return std::filesystem::exists(to) ? detail::merge_into_store(to, inputs, options)
                                       : detail::merge_into_new(to, inputs, options);
}

}  // namespace ckptlite
