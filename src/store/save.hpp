// SPDX-License-Identifier: MIT
// A save from end to end, and the deletes that belong to the same transaction. All of it runs on
// the thread that holds the writer connection.
#pragma once

#include "ckptlite/store.hpp"
#include "db/tables.hpp"
#include "store/leaf_source.hpp"
#include "store/metric_log.hpp"
#include "store/reader_pool.hpp"
#include "store/save_pipeline.hpp"

namespace ckptlite::detail {

struct SaveContext {
    const db::Connection& writer;
    ReaderPool& readers;
    WorkerPool& workers;
    MetricLog& log;            ///< in our turn: what waits there is written, too
    const std::string& token;  ///< of this store, see writer_identity()
    codec::Codec codec;
    OnProgress on_progress{};  ///< bytes of leaves, decoded
};

/// What is saved.
struct Saved {
    const Tree& tree;  ///< for its structure
    const LeafSources& leaves;
};

/// Throws InvalidArgument for what no checkpoint may be saved with.
void check_options(const SaveOptions& options);

/// Store::save.
CheckpointInfo save_checkpoint(const SaveContext& context, const Saved& saved,
                               const SaveOptions& options);

/// In a transaction of the caller: metric rows, with their runs made as needed.
void write_metrics(const db::Connection& writer, const std::vector<LoggedMetric>& rows);

/// About the bytes they may make the file longer by.
std::uint64_t room_for_metrics(std::size_t rows);

/// What becomes of a tree that no checkpoint has any more: see garbage.hpp.
enum class Trees {
    retire_large,  ///< later saves delete it bit by bit; a small one is deleted now
    retire_all,    ///< collect_garbage() deletes it, in transactions that find room on a full disk
};

/// In a transaction of the caller: deletes checkpoints, and the trees and chunks that no other
/// checkpoint uses.
void delete_checkpoints(const db::Connection& writer, const std::vector<db::CheckpointRef>& gone,
                        Trees trees_that_go);

/// What the policy says of one run and prefix now.
std::vector<RetentionDecision> plan_for(const db::Connection& connection,
                                        const RetentionPolicy& policy, std::string_view run,
                                        std::string_view prefix,
                                        std::optional<std::int64_t> just_written);

/// In a transaction of the caller: plans and deletes.
std::vector<RetentionDecision> apply_retention(const db::Connection& writer,
                                               const RetentionPolicy& policy, std::string_view run,
                                               std::string_view prefix,
                                               std::optional<std::int64_t> just_written,
                                               Trees trees_that_go);

/// The time of now as the file stores it.
std::string now_text();

}  // namespace ckptlite::detail
