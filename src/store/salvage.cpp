// SPDX-License-Identifier: MIT
#include "ckptlite/salvage.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "base/uuid.hpp"
#include "ckptlite/error.hpp"
#include "db/damaged_tables.hpp"
#include "db/file_pages.hpp"
#include "db/new_file.hpp"
#include "db/sql.hpp"
#include "db/store_file.hpp"
#include "format/metrics_json.hpp"
#include "format/schema.hpp"
#include "store/row_rules.hpp"
#include "store/salvaged_trees.hpp"
#include "store/stored_tree.hpp"

namespace ckptlite {
namespace detail {
namespace {

/// Stands for a time that cannot be read where the format wants one.
constexpr const char* kUnknownTime = "1970-01-01T00:00:00.000Z";

class Salvager {
public:
    Salvager(const db::Connection& from, const db::Connection& to, const OnProgress& on_progress)
        : from_(from),
          to_(to),
          on_progress_(on_progress),
          digested_(db::has_row_digests(from)),
          total_(2 * db::file_pages(from).used_nbytes()),  // checked, then copied
          trees_(from, to, [this](std::uint64_t nbytes) { advance(nbytes); }) {}

    SalvageReport run() {
        note_newer_format();
        note_damage();
        salvage_runs();
        salvage_checkpoints();
        salvage_tags();
        salvage_metrics();
        digest_rows();
        report_.nbytes = trees_.nbytes();
        advance(total_);
        return std::move(report_);
    }

private:
    void lose(std::string where, std::string what) {
        report_.losses.push_back({std::move(where), std::move(what)});
    }
    void lose_checkpoint(std::string where, std::string what) {
        ++report_.lost_checkpoints;
        lose(std::move(where), std::move(what));
    }

    void advance(std::uint64_t nbytes) {
        done_ = std::min(total_, done_ + nbytes);
        if (on_progress_) on_progress_({done_, total_});
    }

    /// Runs `read`; if the row cannot be read, says what is wrong with it.
    template <typename Read>
    static Fault damage(Read read) {
        try {
            read();
        } catch (const Corrupt& error) {
            return error.message();
        } catch (const IoError& error) {
            return error.message();
        }
        return std::nullopt;
    }

    /// `is_as_written` compares with run_digest, which may be damaged where the row is not.
    template <typename Compare>
    void note_change(const std::string& where, Compare is_as_written) {
        if (!digested_) return;
        bool as_written = true;
        const Fault fault = damage([&] { as_written = is_as_written(); });
        if (!as_written) lose(where, kChangedRow);
        if (!fault || std::exchange(digests_are_damaged_, true)) return;
        lose("the digests of rows", "some cannot be read, so changes would not show: " + *fault);
    }

    void note_newer_format() {
        const bool ours = from_.pragma_integer(db::sql::kApplicationId) == format::kApplicationId;
        const std::int64_t version = from_.pragma_integer(db::sql::kUserVersion);
        if (!ours || version <= format::kUserVersion || version / 1000 != format::kMajor) return;
        lose("the file", "it says that a newer program wrote it: what that may have added is lost");
    }

    /// Rows can vanish without a trace but this one.
    void note_damage() {
        const std::string left = db::missing_end(from_);
        if (!left.empty()) lose("the file", "it was cut short: " + left);
        std::vector<std::string> problems;
        const Fault fault = damage([&] { problems = db::check_database(from_, true); });
        if (fault) problems.push_back(*fault);
        for (std::string& problem : problems) lose("the database", std::move(problem));
    }

    void note_gaps(const db::ScannedIds& found, const std::string& what) {
        if (found.gaps == 0) return;
        lose(what, "pages of the table cannot be read: there may have been more");
    }

    void salvage_runs() {
        const auto found = db::scan_ids(from_, db::ScannedTable::run);
        note_gaps(found, "runs");
        BatchedWrites writes(to_);
        std::vector<db::RunRow> rows;
        for (const auto& [id, none] : found.ids) {
            db::RunRow row;
            const Fault fault = damage([&, run = id] { row = db::read_run(from_, run); });
            if (fault) {
                lose("run " + std::to_string(id), *fault);
            } else if (salvage_run(row)) {
                rows.push_back(std::move(row));
            }
        }
        for (const db::RunRow& row : rows) {
            if (!row.parent_id) continue;
            const auto parent = run_ids_.find(*row.parent_id);
            if (parent == run_ids_.end()) {
                lose("run '" + row.run.name + "'", "the run that it was forked from is lost");
            } else {
                db::set_parent_run(to_, run_ids_.at(row.id), parent->second);
            }
        }
        writes.finish();
    }

    bool salvage_run(db::RunRow& row) {
        RunInfo& run = row.run;
        const std::string where = "run " + std::to_string(row.id) + " ('" + run.name + "')";
        const std::string by_hand =
            ": give it another one in a copy of the file (UPDATE run SET name = ...), and salvage "
            "that";
        if (const Fault fault = fault_of_name(run.name, "run")) {
            lose(where, "lost with all it has: " + *fault + by_hand);
            return false;
        }
        if (!names_.insert(run.name).second) {
            lose(where, "lost with all it has: another run has its name" + by_hand);
            return false;
        }
        const auto replace = [&](std::string& field, const Fault& fault, const std::string& with) {
            if (!fault) return;
            lose(where, *fault + (with.empty() ? ": left out" : ": it is now " + with));
            field = with;
        };
        replace(run.uuid, fault_of_uuid(run.uuid), make_uuid());
        if (!uuids_.insert(run.uuid).second) {
            replace(run.uuid, "another run has its UUID", make_uuid());
        }
        replace(run.config, fault_of_config(run.config), "{}");
        replace(run.created_at, fault_of_time(run.created_at), kUnknownTime);
        if (!run.finished_at.empty()) {
            replace(run.finished_at, fault_of_time(run.finished_at), "");
        }
        note_change(where, [&] { return db::run_is_as_written(from_, row.id); });
        run_ids_[row.id] = db::insert_run(to_, run);
        run_names_[row.id] = run.name;
        ++report_.runs;
        return true;
    }

    void salvage_checkpoints() {
        const auto found = db::scan_ids(from_, db::ScannedTable::checkpoint);
        note_gaps(found, "checkpoints");
        for (const auto& [id, none] : found.ids) {
            db::CheckpointRow row;
            const Fault fault =
                damage([&, checkpoint = id] { row = db::read_checkpoint_row(from_, checkpoint); });
            if (fault) {
                lose_checkpoint("checkpoint " + std::to_string(id), *fault);
            } else {
                salvage_checkpoint(row);
            }
        }
    }

    void salvage_checkpoint(db::CheckpointRow& row) {
        CheckpointInfo& checkpoint = row.checkpoint;
        const auto run = run_ids_.find(row.run_id);
        if (run == run_ids_.end()) {
            return lose_checkpoint("checkpoint " + std::to_string(checkpoint.id) + ", step " +
                                       std::to_string(checkpoint.step),
                                   "its run is lost");
        }
        checkpoint.run = run_names_.at(row.run_id);
        const std::string where = name_of(checkpoint);
        if (const Fault fault = fault_of_name(checkpoint.prefix, "prefix")) {
            return lose_checkpoint(where, *fault);
        }
        if (keys_.contains({run->second, checkpoint.prefix, checkpoint.step})) {
            return lose_checkpoint(where, "another one has its run, prefix and step");
        }
        const SalvagedTrees::Copy& tree = trees_.copy(checkpoint.tree_id);
        if (!tree.id) return lose_checkpoint(where, tree.damage);
        keys_.emplace(run->second, checkpoint.prefix, checkpoint.step);
        Fault fault = damage([&] { checkpoint.metrics = format::parse_metrics(row.metrics); });
        if (!fault) fault = fault_of_metrics(checkpoint.metrics);
        if (fault) {
            lose(where, *fault + ": left out");
            checkpoint.metrics.clear();
        }
        if (const Fault wrong = fault_of_time(checkpoint.created_at)) {
            lose(where, *wrong + ": it is now " + kUnknownTime);
            checkpoint.created_at = kUnknownTime;
        }
        note_change(where, [&] { return db::checkpoint_is_as_written(from_, checkpoint.id); });
        checkpoint.tree_id = *tree.id;
        BatchedWrites writes(to_);
        checkpoint_ids_[checkpoint.id] = db::insert_checkpoint(to_, run->second, checkpoint);
        writes.finish();
        ++report_.checkpoints;
    }

    void salvage_tags() {
        const bool expected = db::has_tags(from_);
        if (!db::has_tag_table(from_)) {
            if (expected) lose("the tags", "there is no table of them that can be read");
            return;
        }
        BatchedWrites writes(to_);
        const bool whole = db::scan_tags(from_, [&](std::string_view tag, std::int64_t id) {
            const std::string where = "tag '" + std::string(tag) + "'";
            const auto checkpoint = checkpoint_ids_.find(id);
            if (const Fault fault = fault_of_name(tag, "tag")) return lose(where, *fault);
            if (checkpoint == checkpoint_ids_.end()) return lose(where, "its checkpoint is lost");
            db::set_tag(to_, tag, checkpoint->second);
        });
        writes.finish();
        if (!whole) return lose("the tags", "the table cannot be read: there may have been more");
        if (expected) note_change("the tags", [&] { return db::tags_are_as_written(from_); });
    }

    void salvage_metrics() {
        if (!db::has_metrics(from_)) {
            return lose("metrics", "there is no table of the metric history that can be read");
        }
        BatchedWrites writes(to_);
        std::set<std::string> reasons;
        format::SetDigest change;  // digest_rows() finds it anew
        const auto visit = [&](const db::MetricRow& row) {
            const auto run = run_ids_.find(row.run_id);
            Fault fault = fault_of_metric(row.metric);
            if (!fault) fault = fault_of_time(row.at);
            if (run == run_ids_.end()) fault = "of a run that is lost";
            if (fault) {
                ++report_.lost_metrics;
                reasons.insert(*fault);
                return;
            }
            db::log_metric(to_, run->second, row.metric, row.step, row.value, row.at, change);
            ++report_.metrics;
            writes.wrote(kMetricRowBytes);
        };
        const auto on_mistyped = [&] {
            ++report_.lost_metrics;
            reasons.insert(db::kMistypedRow);
        };
        if (!db::scan_metrics(from_, visit, on_mistyped)) {
            lose("metrics", "pages of the table cannot be read: there may have been more");
        }
        writes.finish();
        if (report_.lost_metrics > 0) {
            lose("metrics", std::to_string(report_.lost_metrics) + " values: " + *reasons.begin());
        }
    }

    void digest_rows() {
        BatchedWrites writes(to_);
        db::digest_all_rows(to_);
        writes.finish();
    }

    static constexpr std::uint64_t kMetricRowBytes = 100;  // about

    const db::Connection& from_;
    const db::Connection& to_;
    const OnProgress& on_progress_;
    const bool digested_;
    bool digests_are_damaged_ = false;
    const std::uint64_t total_;
    std::uint64_t done_ = 0;
    SalvageReport report_;
    SalvagedTrees trees_;
    std::set<std::string> names_;
    std::set<std::string> uuids_;
    std::map<std::int64_t, std::int64_t> run_ids_;         // old to new
    std::map<std::int64_t, std::int64_t> checkpoint_ids_;  // old to new
    std::map<std::int64_t, std::string> run_names_;        // by old id
    std::set<std::tuple<std::int64_t, std::string, std::int64_t>> keys_;
};

constexpr std::chrono::seconds kTimeout{5};

SalvageReport fill(const db::Connection& from, const std::string& file,
                   const OnProgress& on_progress) {
    const db::Connection to(file, db::Access::create, kTimeout);
    db::make_unseen_store(to, from.file());
    return Salvager(from, to, on_progress).run();
}

}  // namespace
}  // namespace detail

SalvageReport salvage(const std::filesystem::path& in, const std::filesystem::path& out,
                      const SalvageOptions& options) {
    const auto from_file = db::resolve_file(in, options.follow_symlinks, false);
    const auto to_file = db::resolve_new_file(out);
    const db::Connection from(from_file.string(), db::Access::damaged, detail::kTimeout);
    const db::ReadTransaction snapshot(from);
    db::check_salvageable(from);
    db::check_known_features(from);
    db::NewFile made(to_file);
    SalvageReport report = detail::fill(from, made.temporary(), options.on_progress);
    if (!made.publish()) db::refuse_to_replace(to_file);
    return report;
}

}  // namespace ckptlite
