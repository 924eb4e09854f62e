// SPDX-License-Identifier: MIT
#include "store/merge_plan.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "ckptlite/error.hpp"
#include "format/metrics_json.hpp"
#include "store/stored_tree.hpp"

namespace ckptlite::detail {
namespace {

bool same_number(const std::optional<double>& a, const std::optional<double>& b) {
    return a == b || (a && b && std::isnan(*a) && std::isnan(*b));
}

/// How two checkpoints of one run, prefix and step differ; empty if they are the same.
std::string difference(const MergeSource::Checkpoint& a, const MergeSource::Checkpoint& b) {
    if (a.tree != b.tree) return "trees";
    // As maps first: that is fast, but no NaN equals itself.
    if (a.info.metrics != b.info.metrics &&
        format::metrics_json(a.info.metrics) != format::metrics_json(b.info.metrics)) {
        return "metrics";
    }
    if (a.info.version != b.info.version) return "versions";
    return same_number(a.info.loss, b.info.loss) ? "" : "losses";
}

/// Of the run that a run of the source was forked from.
std::string parent_uuid_of(const MergeSource& source, const RunInfo& run) {
    if (run.parent_run.empty()) return {};
    const auto parent = std::ranges::find(source.runs, run.parent_run, &RunInfo::name);
    return parent == source.runs.end() ? std::string() : parent->uuid;
}

class Planner {
public:
    explicit Planner(std::span<const MergeSource* const> sources) : sources_(sources) {}

    MergePlan run() {
        for (std::size_t i = 0; i < sources_.size(); ++i) {
            const MergeSource& source = *sources_[i];
            for (const RunInfo& run : source.runs) add_run(i, run);
            uuids_.clear();
            for (const RunInfo& run : source.runs) uuids_.emplace(run.name, run.uuid);
            for (const auto& checkpoint : source.checkpoints) add_checkpoint(i, checkpoint);
        }
        if (!conflicts_.empty()) refuse();
        for (Known& known : runs_) plan_.runs.push_back(std::move(known.planned));
        for (const auto& [key, index] : keys_) {
            if (found_[index].source != 0 || found_[index].changed) {
                plan_.checkpoints.push_back(planned(found_[index]));
            }
        }
        return std::move(plan_);
    }

private:
    struct Known {
        PlannedRun planned{};
        std::size_t source = 0;               // whose config it has
        std::string last_active{};            // there
        std::vector<std::size_t> agreeing{};  // have it too, not asked yet when they were active
    };

    struct Found {
        std::size_t source = 0;
        const MergeSource::Checkpoint* checkpoint = nullptr;
        bool pinned = false;              // by any source
        std::string note{};               // the first one
        std::vector<std::string> tags{};  // that the destination does not have
        bool changed = false;
    };

    PlannedCheckpoint planned(const Found& found) const {
        PlannedCheckpoint planned{
            .source = found.source, .checkpoint = *found.checkpoint, .changed = found.changed};
        CheckpointInfo& info = planned.checkpoint.info;
        planned.run_uuid =
            std::ranges::find(sources_[found.source]->runs, info.run, &RunInfo::name)->uuid;
        info.pinned = found.pinned;
        info.note = found.note;
        info.tags = found.tags;
        return planned;
    }

    static bool differ(const PlannedRun& a, const PlannedRun& b) {
        const auto values = [](const PlannedRun& of) {
            return std::tie(of.run.config, of.run.finished_at, of.parent_uuid, of.run.parent_step);
        };
        return values(a) != values(b);
    }

    void add_run(std::size_t source, const RunInfo& run) {
        PlannedRun planned{.run = run, .parent_uuid = parent_uuid_of(*sources_[source], run)};
        const auto [entry, is_new] = indexes_.try_emplace(run.uuid, runs_.size());
        if (!is_new) return merge_run(runs_[entry->second], source, std::move(planned));
        if (source != 0) {
            planned.run.id = 0;
            planned.run.name = free_name(run);
        }
        if (planned.run.name != run.name) {
            plan_.notes.push_back({"run '" + run.name + "'",
                                   "in " + sources_[source]->file + ": is now '" +
                                       planned.run.name + "', since another run has its name"});
        }
        names_.insert(planned.run.name);
        runs_.push_back({.planned = std::move(planned), .source = source, .agreeing = {source}});
    }

    std::string free_name(const RunInfo& run) const {
        constexpr std::size_t kDigits = 8;
        for (const std::string& name :
             {run.name, run.name + "~" + run.uuid.substr(0, kDigits), run.name + "~" + run.uuid}) {
            if (names_.contains(name)) continue;
            format::check_name(name, "run");
            return name;
        }
        throw AlreadyExists("a run has this name, and one has each that it could have instead",
                            {.run = run.name});
    }

    /// The source that was active last of those that agree: it stands for them all. Asked only
    /// where another one differs, for it takes a look at every metric.
    void ask_when_active(Known& known) const {
        for (const std::size_t source : std::exchange(known.agreeing, {})) {
            const RunInfo& there =
                *std::ranges::find(sources_[source]->runs, known.planned.run.uuid, &RunInfo::uuid);
            std::string last_active = sources_[source]->last_active(there);
            if (last_active <= known.last_active) continue;
            known.source = source;
            known.last_active = std::move(last_active);
        }
    }

    void merge_run(Known& known, std::size_t source, PlannedRun other) {
        PlannedRun& planned = known.planned;
        if (!differ(planned, other)) {
            known.agreeing.push_back(source);
            return;
        }
        ask_when_active(known);
        std::string last_active = sources_[source]->last_active(other.run);
        const bool later = last_active > known.last_active;
        if (planned.run.config != other.run.config) {
            plan_.notes.push_back({"run '" + planned.run.name + "'",
                                   "its configs differ: that of " +
                                       sources_[later ? source : known.source]->file +
                                       " stands, where it was active last, not that of " +
                                       sources_[later ? known.source : source]->file});
        }
        PlannedRun merged = planned;
        const PlannedRun& newer = later ? other : planned;
        const PlannedRun& parent = newer.parent_uuid.empty() ? (later ? planned : other) : newer;
        merged.run.config = newer.run.config;
        merged.run.finished_at = newer.run.finished_at;
        merged.run.parent_step = parent.run.parent_step;
        merged.parent_uuid = parent.parent_uuid;
        merged.changed = planned.changed || (planned.run.id != 0 && differ(planned, merged));
        planned = std::move(merged);
        if (!later) return;
        known.source = source;
        known.last_active = std::move(last_active);
    }

    void add_checkpoint(std::size_t source, const MergeSource::Checkpoint& checkpoint) {
        const CheckpointInfo& info = checkpoint.info;
        const std::string& uuid = uuids_.at(info.run);
        const auto [entry, is_new] =
            keys_.try_emplace({indexes_.at(uuid), info.prefix, info.step}, found_.size());
        if (is_new) {
            found_.push_back({.source = source,
                              .checkpoint = &checkpoint,
                              .pinned = info.pinned,
                              .note = info.note});
            add_tags(entry->second, source, info);
            return;
        }
        Found& found = found_[entry->second];
        const std::string different = difference(*found.checkpoint, checkpoint);
        if (!different.empty()) {
            conflicts_.push_back(name_of(info) + ": " + sources_[found.source]->file + " and " +
                                 sources_[source]->file + " have different " + different);
            return;
        }
        ++plan_.known_checkpoints;
        found.pinned = found.pinned || info.pinned;
        if (found.note.empty()) found.note = info.note;
        add_tags(entry->second, source, info);
        const CheckpointInfo& before = found.checkpoint->info;
        found.changed = found.source == 0 && (found.pinned != before.pinned ||
                                              found.note != before.note || !found.tags.empty());
    }

    /// A tag names one checkpoint of a file: the first one that has it.
    void add_tags(std::size_t index, std::size_t source, const CheckpointInfo& info) {
        for (const std::string& tag : info.tags) {
            const auto [entry, is_new] = tags_.try_emplace(tag, index);
            if (is_new && source != 0) found_[index].tags.push_back(tag);
            if (entry->second == index) continue;
            plan_.notes.push_back({"tag '" + tag + "'",
                                   "in " + sources_[source]->file + " it names " + name_of(info) +
                                       ": left out, since another checkpoint has it"});
        }
    }

    [[noreturn]] void refuse() const {
        constexpr std::size_t kMost = 10;
        std::string message =
            "the files have different checkpoints of the same run and step, and nothing was "
            "merged:";
        for (std::size_t i = 0; i < std::min(kMost, conflicts_.size()); ++i) {
            message += (i == 0 ? " " : "; ") + conflicts_[i];
        }
        if (conflicts_.size() > kMost) {
            message += "; and " + std::to_string(conflicts_.size() - kMost) + " more";
        }
        throw AlreadyExists(message + ". Remove one of each, or leave a file out",
                            {.file = sources_.front()->file});
    }

    std::span<const MergeSource* const> sources_;
    MergePlan plan_;
    std::vector<Known> runs_;
    std::map<std::string, std::size_t> indexes_;  // of runs_, by UUID
    std::set<std::string> names_;
    std::map<std::string, std::string> uuids_;  // of one source, by name
    std::vector<Found> found_;
    std::map<std::tuple<std::size_t, std::string, std::int64_t>, std::size_t> keys_;
    std::map<std::string, std::size_t> tags_;  // to the place in found_
    std::vector<std::string> conflicts_;
};

}  // namespace

MergePlan plan_merge(std::span<const MergeSource* const> sources) {
    return Planner(sources).run();
}

}  // namespace ckptlite::detail
