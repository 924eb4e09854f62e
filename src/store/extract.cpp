// SPDX-License-Identifier: MIT
#include "ckptlite/extract.hpp"

#include <algorithm>

#include "db/new_file.hpp"
#include "db/store_file.hpp"
#include "store/batched_writes.hpp"
#include "store/copied_rows.hpp"
#include "store/store_impl.hpp"
#include "store/stored_tree.hpp"
#include "store/whole_trees.hpp"

namespace ckptlite {
namespace detail {
namespace {

/// The run of this name and those that it was forked from, the youngest first.
std::vector<RunInfo> lineage_of(const std::vector<RunInfo>& runs, std::string name) {
    std::vector<RunInfo> line;
    while (!name.empty()) {
        const auto run = std::ranges::find(runs, name, &RunInfo::name);
        // A stranger's runs may be forked from each other.
        const bool again = std::ranges::find(line, name, &RunInfo::name) != line.end();
        if (run == runs.end() || again) break;
        line.push_back(*run);
        name = run->parent_run;
    }
    return line;
}

class Extraction {
public:
    Extraction(const db::Connection& from, const db::Connection& to, const ExtractOptions& options)
        : from_(from), to_(to), options_(options), writes_(to) {}

    ExtractReport run(const CheckpointInfo& asked) {
        auto checkpoint = db::find_checkpoint(from_, asked.id);
        if (!checkpoint)
            throw NotFound("the checkpoint is not stored any more", place(from_, asked));
        require_whole(from_, *checkpoint);
        if (!checkpoint->tags.empty()) require_whole_tags(from_);
        checkpoint->tree_id = copy_tree(*checkpoint);
        const RunIds ids = copy_lineage(checkpoint->run);
        const auto run_id = db::find_run(to_, checkpoint->run);
        const std::int64_t id = copy_checkpoint(to_, *run_id, *checkpoint);
        if (options_.history) {
            report_.metrics = copy_history(from_, to_, ids,
                                           [this](std::uint64_t nbytes) { writes_.wrote(nbytes); });
        }
        writes_.finish();
        report_.checkpoint = *db::find_checkpoint(to_, id);
        if (options_.on_progress) options_.on_progress({total_, total_});
        return std::move(report_);
    }

private:
    std::int64_t copy_tree(const CheckpointInfo& checkpoint) {
        total_ = checkpoint.stored_nbytes;
        std::uint64_t done = 0;
        WholeTrees trees(from_, to_, [&](std::uint64_t nbytes, bool is_new) {
            if (is_new) writes_.wrote(nbytes);
            done = std::min(total_, done + nbytes);
            if (options_.on_progress) options_.on_progress({done, total_});
        });
        const TreeCopier::Staged tree = trees.copy(checkpoint, "{}", options_.only);
        TreeCopier::publish(to_, tree);
        return tree.row.id;
    }

    /// Returns the ids of the run alone.
    RunIds copy_lineage(const std::string& name) {
        const auto line = lineage_of(db::select_runs(from_), name);
        std::optional<std::int64_t> child;
        RunIds ids;
        for (const RunInfo& run : line) {
            require_whole(from_, run);
            const std::int64_t id = copy_run(to_, run);
            if (child) db::change_run(to_, *child, [&] { db::set_parent_run(to_, *child, id); });
            if (!child) ids.emplace(run.id, id);
            child = id;
        }
        return ids;
    }

    const db::Connection& from_;
    const db::Connection& to_;
    const ExtractOptions& options_;
    BatchedWrites writes_;
    std::uint64_t total_ = 0;
    ExtractReport report_;
};

}  // namespace
}  // namespace detail

ExtractReport extract(const Store& store, const CheckpointInfo& checkpoint,
                      const std::filesystem::path& out, const ExtractOptions& options) {
    auto& of = detail::StoreAccess::impl(store);
    const auto file = db::resolve_new_file(out);
    of.log.flush();  // what was logged before is in the new file
    const auto from = of.readers.lease();
    const db::ReadTransaction snapshot(*from);
    db::NewFile made(file);
    ExtractReport report;
    {
        const db::Connection to(made.temporary(), db::Access::create, of.options.write_timeout);
        db::make_unseen_store(to, (*from).file());
        report = detail::Extraction(*from, to, options).run(checkpoint);
    }
    report.nbytes = std::filesystem::file_size(made.temporary());
    if (!made.publish()) db::refuse_to_replace(file);
    return report;
}

}  // namespace ckptlite
