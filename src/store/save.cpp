// SPDX-License-Identifier: MIT
#include "store/save.hpp"

#include <algorithm>
#include <chrono>
#include <map>

#include "ckptlite/error.hpp"
#include "db/disk_space.hpp"
#include "db/transaction.hpp"
#include "format/metrics_json.hpp"
#include "format/timestamp.hpp"
#include "store/garbage.hpp"
#include "store/known_chunks.hpp"
#include "store/tree_stager.hpp"
#include "store/writer_identity.hpp"
#include "tree/structure.hpp"

namespace ckptlite::detail {
namespace {

using Clock = std::chrono::steady_clock;

/// Encoded bytes that one staging transaction writes: as many as the disk takes in about as long as
/// readers may be made to wait for it, and no more than the writer's cache holds.
class BatchSize {
public:
    std::size_t nbytes() const noexcept { return nbytes_; }

    void learn(std::size_t written, Clock::duration commit) noexcept {
        const double fits =
            static_cast<double>(written) * (kCommit / (commit + Clock::duration(1)));
        const double next = std::clamp(fits, 0.5 * static_cast<double>(nbytes_),
                                       2.0 * static_cast<double>(nbytes_));
        nbytes_ = std::clamp(static_cast<std::size_t>(next), kLeast, kMost);
    }

private:
    static constexpr std::chrono::duration<double> kCommit = std::chrono::milliseconds(20);
    static constexpr std::size_t kLeast = 4 << 20;
    static constexpr std::size_t kFirst = 16 << 20;  // before anything is known of the disk
    static constexpr std::size_t kMost = 20 << 20;
    std::size_t nbytes_ = kFirst;
};

/// Larger trees are written in several transactions.
constexpr std::size_t kStagedTreeBytes = 16 << 20;

/// The checkpoints this save replaces. Throws AlreadyExists where it may not.
std::vector<db::CheckpointRef> replaced(const db::Connection& connection, std::int64_t run_id,
                                        const SaveOptions& options) {
    auto found = db::checkpoints_from_step(connection, run_id, options.prefix, options.step);
    const ErrorContext where{.file = connection.file(), .run = options.run, .step = options.step};
    if (found.empty()) return found;
    if (!options.overwrite) {
        throw AlreadyExists("step " + std::to_string(found.back().step) + " of prefix '" +
                                options.prefix +
                                "' is stored already: save a later step, or allow overwriting",
                            where);
    }
    for (const db::CheckpointRef& checkpoint : found) {
        const bool tagged = !checkpoint.tags.empty();
        if (checkpoint.step == options.step || !(checkpoint.pinned || tagged)) continue;
        throw AlreadyExists("the later step " + std::to_string(checkpoint.step) + " of prefix '" +
                                options.prefix + "' is " +
                                (tagged ? "tagged '" + checkpoint.tags.front() + "'" : "pinned") +
                                " and would be removed: " + (tagged ? "untag" : "unpin") +
                                " it, or save under another prefix or run",
                            where);
    }
    return found;
}

std::vector<LoggedMetric> metric_rows(const SaveOptions& options,
                                      std::chrono::system_clock::time_point now) {
    std::vector<LoggedMetric> rows;
    for (const auto& [group, values] : options.metrics) {
        for (const auto& [label, value] : values) {
            rows.push_back({options.run, {group, label}, options.step, value, now});
        }
    }
    return rows;
}

/// The last transaction: what makes the staged tree a checkpoint. Returns the checkpoint's id.
std::int64_t publish(const db::Connection& writer, TreeStager& stager, Garbage& garbage,
                     const SaveOptions& options, const std::vector<LoggedMetric>& logged) {
    const auto time = std::chrono::system_clock::now();
    const std::string now = format::timestamp(time);
    db::require_room(writer, stager.pending_bytes() + room_for_metrics(logged.size()));
    db::WriteTransaction transaction(writer);
    const std::int64_t run_id = db::ensure_run(writer, options.run, now);
    const auto old = replaced(writer, run_id, options);
    const bool same_step = !old.empty() && old.front().step == options.step;
    // Insert before delete: pages freed in this transaction and used again would be journaled.
    // Only the replaced row itself must go first, since its step is unique.
    const std::int64_t tree_id = stager.publish();
    if (same_step) db::delete_checkpoint(writer, old.front().id);
    const std::int64_t id =
        db::insert_checkpoint(writer, run_id,
                              {.prefix = options.prefix,
                               .step = options.step,
                               .version = options.version,
                               .metrics = options.metrics,
                               .loss = options.loss,
                               .n_completed_steps = options.n_completed_steps,
                               .elapsed_time = options.elapsed_time,
                               .pinned = options.pinned || (same_step && old.front().pinned),
                               .note = options.note,
                               .created_at = now,
                               .tree_id = tree_id});
    if (same_step) {
        for (const std::string& tag : old.front().tags) db::set_tag(writer, tag, id);
    }
    write_metrics(writer, logged);
    write_metrics(writer, metric_rows(options, time));
    garbage.keep_up(kRetiredTreeBytes);
    delete_checkpoints(writer, old, Trees::retire_large);
    if (!options.retention.keeps_everything()) {
        apply_retention(writer, options.retention, options.run, options.prefix, id,
                        Trees::retire_large);
    }
    transaction.commit();
    return id;
}

/// Of the latest checkpoint of the series.
std::optional<std::int64_t> previous_tree(const db::Connection& connection,
                                          const SaveOptions& options) {
    const auto found =
        db::select_checkpoints(connection, {.run = options.run, .prefix = options.prefix}, 1);
    if (found.empty()) return std::nullopt;
    return found.front().tree_id;
}

/// Free pages for the first batch, so that it need not make the file longer.
void make_room(const db::Connection& writer, Garbage& garbage, std::size_t nbytes) {
    if (garbage.empty()) return;
    db::WriteTransaction transaction(writer, db::Commit::ordered);
    garbage.keep_up(nbytes);
    transaction.commit();
}

std::int64_t stage_and_publish(const SaveContext& context, const Saved& saved,
                               const SaveOptions& options) {
    const db::Connection& writer = context.writer;
    const LeafSources& sources = saved.leaves;
    SavePipeline pipeline(context.workers, context.codec);
    TreeStager stager(writer, pipeline, writer_identity(context.token),
                      pytree::structure_json(saved.tree), previous_tree(writer, options));
    Garbage garbage(writer, context.token);
    const bool staged = sources.nbytes() > kStagedTreeBytes;
    KnownChunks known(context.readers, staged);
    BatchSize batch;
    std::uint64_t taken = 0;
    std::uint64_t unwritten = sources.nbytes();
    const auto take = [&](const LeafSource& leaf, Piece piece) {
        taken += piece.nbytes;
        stager.add(leaf, std::move(piece));
        if (context.on_progress) context.on_progress({taken, sources.nbytes()});
        const std::size_t written = stager.pending_bytes();
        if (!staged || written < batch.nbytes()) return;
        context.log.drain([&](const std::vector<LoggedMetric>& logged) {
            db::require_room(writer, written + room_for_metrics(logged.size()));
            db::WriteTransaction transaction(writer, db::Commit::ordered);
            write_metrics(writer, logged);
            stager.write_pending();
            garbage.keep_up(written);
            const auto start = Clock::now();
            transaction.commit();
            batch.learn(written, Clock::now() - start);
        });
        unwritten = sources.nbytes() - taken;
    };
    try {
        if (staged) make_room(writer, garbage, batch.nbytes());
        pipeline.run(sources.all(), std::ref(known), take);
        std::int64_t id = 0;
        context.log.drain([&](const std::vector<LoggedMetric>& logged) {
            id = publish(writer, stager, garbage, options, logged);
        });
        return id;
    } catch (const DiskFull& full) {
        throw DiskFull("this save needs up to about " + db::mib_text(unwritten) + " more, but " +
                           full.message(),
                       {.file = writer.file(), .run = options.run, .step = options.step});
    }
}

}  // namespace

void check_options(const SaveOptions& options) {
    format::check_name(options.run, "run");
    format::check_name(options.prefix, "prefix");
    static_cast<void>(format::metrics_json(options.metrics));
    // A wrong policy must fail before the save, not after it.
    static_cast<void>(plan_retention({}, options.retention, {}));
}

std::string now_text() {
    return format::timestamp(std::chrono::system_clock::now());
}

std::uint64_t room_for_metrics(std::size_t rows) {
    constexpr std::uint64_t kPage = 32 << 10;
    constexpr std::uint64_t kRow = 64;
    return kPage + kRow * rows;
}

void write_metrics(const db::Connection& writer, const std::vector<LoggedMetric>& rows) {
    std::string run;
    std::int64_t run_id = 0;
    std::string at;
    std::optional<std::chrono::system_clock::time_point> time;
    std::map<std::int64_t, format::SetDigest> changes;
    for (const LoggedMetric& row : rows) {
        if (row.at != time) {
            time = row.at;
            at = format::timestamp(row.at);
        }
        if (run_id == 0 || row.run != run) {
            run = row.run;
            run_id = db::ensure_run(writer, run, at);
        }
        db::log_metric(writer, run_id, row.metric, row.step, row.value, at, changes[run_id]);
    }
    for (const auto& [id, change] : changes) db::change_metric_digest(writer, id, change);
}

CheckpointInfo save_checkpoint(const SaveContext& context, const Saved& saved,
                               const SaveOptions& options) {
    const db::Connection& writer = context.writer;
    check_options(options);
    if (const auto run_id = db::find_run(writer, options.run)) {
        static_cast<void>(replaced(writer, *run_id, options));  // fail before the work
    }
    std::int64_t id = 0;
    try {
        id = stage_and_publish(context, saved, options);
    } catch (...) {
        collect_garbage(context.writer, context.token);
        throw;
    }
    return *db::find_checkpoint(writer, id);
}

}  // namespace ckptlite::detail
