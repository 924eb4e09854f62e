// SPDX-License-Identifier: MIT
// The tables as functions: one for each thing the store does with a row. They run on the given
// connection, in whatever transaction it is in, and throw ckptlite errors.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ckptlite/records.hpp"
#include "db/connection.hpp"
#include "format/row_digest.hpp"
#include "format/rows.hpp"

namespace ckptlite::db {

using format::ChunkRef;
using format::LeafRow;
using format::TreeRow;

// --- run

std::optional<std::int64_t> find_run(const Connection& connection, std::string_view name);
/// The run of this name, made if it is new.
std::int64_t ensure_run(const Connection& connection, std::string_view name, std::string_view now);
void configure_run(const Connection& connection, std::int64_t run_id, std::string_view config,
                   std::optional<std::int64_t> parent_run_id,
                   std::optional<std::int64_t> parent_step);
/// Whether the run was forked from `ancestor`, at any remove, or is it.
bool is_ancestor(const Connection& connection, std::int64_t ancestor, std::int64_t run_id);
void finish_run(const Connection& connection, std::int64_t run_id, std::string_view now);
std::vector<RunInfo> select_runs(const Connection& connection);
/// A run of another file with all that is said of it but its parent. Returns its new id.
/// The digest of this one is the caller's to make, and the next two are for change_run().
std::int64_t insert_run(const Connection& connection, const RunInfo& run);
void set_parent_run(const Connection& connection, std::int64_t id, std::int64_t parent_id);
/// Config, end and parent_step.
void update_run(const Connection& connection, std::int64_t run_id, const RunInfo& run);
/// The last time that its row, a checkpoint or its metric history has.
std::string last_active(const Connection& connection, std::int64_t run_id);

// --- checkpoint

struct CheckpointRef {
    std::int64_t id = 0;
    std::int64_t step = 0;
    std::int64_t tree_id = 0;
    bool pinned = false;
    std::vector<std::string> tags{};
};

/// A checkpoint as retention sees it.
struct SeriesRow {
    CheckpointRef checkpoint{};
    std::string created_at{};
    std::uint64_t stored_nbytes = 0;
    Metrics metrics{};
};

/// Highest step first.
std::vector<CheckpointInfo> select_checkpoints(const Connection& connection,
                                               const CheckpointFilter& filter,
                                               std::optional<std::size_t> limit);
std::vector<CheckpointInfo> select_best(const Connection& connection, const MetricName& metric,
                                        Best best, const CheckpointFilter& filter,
                                        std::size_t limit);
std::optional<CheckpointInfo> find_checkpoint(const Connection& connection, std::int64_t id);
/// All of a run and prefix, highest step first; without metrics unless asked for, since to parse
/// them takes most of the time.
std::vector<SeriesRow> select_series(const Connection& connection, std::string_view run,
                                     std::string_view prefix, bool with_metrics);
/// Those of a run and prefix at `step` or later, by step.
std::vector<CheckpointRef> checkpoints_from_step(const Connection& connection, std::int64_t run_id,
                                                 std::string_view prefix, std::int64_t step);
/// With its rows of checkpoint_metric. Its id and the sizes of its tree are not read; returns the
/// new id.
std::int64_t insert_checkpoint(const Connection& connection, std::int64_t run_id,
                               const CheckpointInfo& checkpoint);
void delete_checkpoint(const Connection& connection, std::int64_t id);
std::vector<std::int64_t> checkpoint_ids(const Connection& connection);
/// What checkpoint_metric says of a checkpoint; nothing if the file's format has no such table.
std::optional<Metrics> ranked_metrics(const Connection& connection, std::int64_t id);
/// Fills checkpoint_metric from the checkpoints. Metrics that are damaged get no rows.
void rank_checkpoints(const Connection& connection);
/// These two return false if there is no such checkpoint.
bool set_pinned(const Connection& connection, std::int64_t id, bool pinned);
bool set_note(const Connection& connection, std::int64_t id, std::string_view note);

// --- checkpoint_tag; a file of an older format has none

/// Whether the file has the table: also of an older format, to which it was set back by hand.
bool has_tags(const Connection& connection);
/// By checkpoint, in the order of their names.
using TagsOf = std::map<std::int64_t, std::vector<std::string>>;
TagsOf tags_between(const Connection& connection, std::int64_t first_id, std::int64_t last_id);
std::vector<TagInfo> select_tags(const Connection& connection);
/// The checkpoint it names, whether that exists or not.
std::optional<std::int64_t> find_tag(const Connection& connection, std::string_view tag);
/// Takes it from another checkpoint if that has it.
void set_tag(const Connection& connection, std::string_view tag, std::int64_t checkpoint_id);
/// False if there is no such tag.
bool remove_tag(const Connection& connection, std::string_view tag);

// --- tree and leaf

std::optional<TreeRow> find_tree(const Connection& connection, std::int64_t id);
std::optional<std::int64_t> find_published_tree(const Connection& connection, const Digest& digest);
/// Nothing if the tree is not published.
std::optional<Digest> digest_of_published_tree(const Connection& connection, std::int64_t id);
/// Id and staged_by of every tree that is not published.
std::vector<std::pair<std::int64_t, std::string>> staged_trees(const Connection& connection);
std::int64_t stage_tree(const Connection& connection, std::string_view staged_by,
                        std::string_view structure);
/// Takes sizes and digest from the row.
void publish_tree(const Connection& connection, const TreeRow& tree);
bool tree_in_use(const Connection& connection, std::int64_t tree_id);
/// Whether the tree is there and not published by this writer yet.
bool is_staged_by(const Connection& connection, std::int64_t tree_id, std::string_view staged_by);
/// For its writer, in each transaction that goes on with the tree: throws Busy if another one has
/// taken this one for gone and deleted some of it.
void require_staged(const Connection& connection, std::int64_t tree_id, std::string_view staged_by);
/// tree.staged_by of a tree that is to be deleted. It names no process: whoever reads it takes it
/// for one whose writer is gone.
inline constexpr std::string_view kRetired = R"({"retired": true})";
/// Takes back a tree that no checkpoint has any more: to be deleted bit by bit.
void retire_tree(const Connection& connection, std::int64_t tree_id);
/// Published ones that no checkpoint has: somebody deleted checkpoints and no more.
std::vector<std::int64_t> trees_without_checkpoint(const Connection& connection);
/// 0 if there is no such tree.
std::uint64_t stored_nbytes_of_tree(const Connection& connection, std::int64_t tree_id);
/// Stored bytes of the chunks that no other tree has.
std::uint64_t unshared_nbytes_of_tree(const Connection& connection, std::int64_t tree_id);
/// What one step deleted of a tree.
struct TreePart {
    bool all = false;          ///< the tree is gone
    std::uint64_t nbytes = 0;  ///< stored bytes that are free now
};
/// Deletes the tree, its leaves, and the chunks that no other leaf uses.
void delete_tree(const Connection& connection, std::int64_t tree_id);
/// The same, chunk by chunk, until `wanted` stored bytes are free, or up to a chunk more.
TreePart delete_tree_part(const Connection& connection, std::int64_t tree_id, std::uint64_t wanted);

std::int64_t insert_leaf(const Connection& connection, std::int64_t tree_id, const LeafRow& leaf);
/// Sets what is known only when all bytes have passed: sizes, statistics, digest.
void complete_leaf(const Connection& connection, const LeafRow& leaf);
/// In tree order, without data.
std::vector<LeafRow> select_leaves(const Connection& connection, std::int64_t tree_id);
/// The same, one at a time, and with the data of inline leaves. Use it as a Query.
class LeafCursor {
public:
    LeafCursor(const Connection& connection, std::int64_t tree_id);
    /// Nothing at the end, however often it is asked.
    std::optional<LeafRow> next();

private:
    Query row_;
    bool at_end_ = false;
};
/// The first of each run and path.
std::vector<NonFiniteLeaf> select_non_finite_leaves(const Connection& connection,
                                                    const CheckpointFilter& filter);
std::optional<LeafRow> find_leaf(const Connection& connection, std::int64_t tree_id,
                                 std::string_view path);
/// With its data if it is inline.
std::optional<LeafRow> find_leaf(const Connection& connection, std::int64_t leaf_id);
/// The inline bytes; nothing if the leaf lies in chunks.
std::optional<std::vector<std::byte>> leaf_data(const Connection& connection, std::int64_t leaf_id);

// --- chunk

/// Without first_byte, codec and digest, which the caller knows or does not need.
std::optional<ChunkRef> find_chunk(const Connection& connection, const Digest& digest);
/// Its data is zeroes, for a ChunkWriter to fill.
std::int64_t insert_chunk(const Connection& connection, const Digest& digest, codec::Codec codec,
                          std::uint64_t nbytes, std::uint64_t stored_nbytes);
/// In no order.
void for_each_chunk_digest(const Connection& connection,
                           const std::function<void(const Digest&)>& visit);
void insert_leaf_chunk(const Connection& connection, std::int64_t leaf_id, std::uint64_t first_byte,
                       std::int64_t chunk_id);
/// By first_byte. Throws Corrupt for an unknown codec or a size over the limits.
std::vector<ChunkRef> chunks_of_leaf(const Connection& connection, std::int64_t leaf_id);
/// By id. `visit` gets each that these limits allow, `damaged` says what is wrong with another.
void for_each_chunk(const Connection& connection, const std::function<void(const ChunkRef&)>& visit,
                    const std::function<void(const std::string& what)>& damaged);
/// Id and stored bytes.
std::vector<std::pair<std::int64_t, std::uint64_t>> chunks_without_leaf(
    const Connection& connection);
/// Those of them that no leaf has. Returns the stored bytes that they took.
std::uint64_t delete_unused_chunks(const Connection& connection,
                                   std::span<const std::int64_t> chunk_ids);

// --- metric

/// Which value stands if there is one for the step already.
enum class Known { replace, keep_later };
/// False if nothing changed. What change_metric_digest() is to be told is added to `change`.
bool log_metric(const Connection& connection, std::int64_t run_id, const MetricName& metric,
                std::int64_t step, double value, std::string_view at, format::SetDigest& change,
                Known known = Known::replace);
std::vector<MetricPoint> select_history(const Connection& connection, std::string_view run,
                                        const MetricName& metric,
                                        std::optional<std::size_t> newest);
std::vector<MetricName> select_metric_names(const Connection& connection, std::string_view run);

/// The first of each run and metric.
std::vector<NonFiniteMetric> select_non_finite_metrics(const Connection& connection,
                                                       const CheckpointFilter& filter);

struct MetricRow {
    std::int64_t run_id = 0;
    MetricName metric{};
    std::int64_t step = 0;
    double value = 0;
    std::string at{};
};
/// Of a row of kMetricRows.
MetricRow read_metric(const Query& row);
/// In the order of their keys.
void for_each_metric(const Connection& connection,
                     const std::function<void(const MetricRow&)>& visit);
/// Of one run.
void for_each_metric(const Connection& connection, std::int64_t run_id,
                     const std::function<void(const MetricRow&)>& visit);
std::uint64_t count_metrics(const Connection& connection, std::int64_t run_id);

// --- digests of rows. The functions above keep those of runs and checkpoints.

/// Whether the file's format has them.
bool has_row_digests(const Connection& connection);
void renew_run_digest(const Connection& connection, std::int64_t run_id);
void renew_checkpoint_digest(const Connection& connection, std::int64_t checkpoint_id);
/// Runs `change`, which changes columns of the row, and renews its digest; but not that of a row
/// which was not as it was written before: nobody has looked at its other columns.
void change_run(const Connection& connection, std::int64_t run_id,
                const std::function<void()>& change);
void change_checkpoint(const Connection& connection, std::int64_t checkpoint_id,
                       const std::function<void()>& change);
void remove_checkpoint_digest(const Connection& connection, std::int64_t checkpoint_id);
void store_tree_digest(const Connection& connection, std::int64_t tree_id, const Digest& digest);
void remove_tree_digest(const Connection& connection, std::int64_t tree_id);
void change_metric_digest(const Connection& connection, std::int64_t run_id,
                          const format::SetDigest& change);
void change_tag_digest(const Connection& connection, const format::SetDigest& change);
bool run_is_as_written(const Connection& connection, std::int64_t run_id);
bool checkpoint_is_as_written(const Connection& connection, std::int64_t checkpoint_id);
/// `digest` is that of the rows as they are.
bool tree_is_as_written(const Connection& connection, std::int64_t tree_id, const Digest& digest);
bool metrics_are_as_written(const Connection& connection, std::int64_t run_id);
bool tags_are_as_written(const Connection& connection);
/// "checkpoint 7" for each digest whose row is gone.
std::vector<std::string> rows_gone(const Connection& connection);
/// In a transaction of the caller: takes all rows as they are for what was written.
void digest_all_rows(const Connection& connection);

// --- verification

/// What SQLite's own checks find, the first of each; empty if nothing.
std::vector<std::string> check_database(const Connection& connection, bool full);
/// Whose next id would be one that was given out before.
std::vector<std::string> tables_behind_their_ids(const Connection& connection);

}  // namespace ckptlite::db
