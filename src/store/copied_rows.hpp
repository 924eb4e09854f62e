// SPDX-License-Identifier: MIT
// Runs, checkpoints and metric history, copied from one file to another. A row that is not as it
// was written is refused with Corrupt: its copy would have a digest that says it is whole.
//
// For one thread. The source is in a read transaction of the caller, the destination in a write
// transaction.
#pragma once

#include <cstdint>
#include <functional>
#include <map>

#include "ckptlite/records.hpp"
#include "db/connection.hpp"

namespace ckptlite::detail {

/// Their rows, tags with them; not the history of a run, nor the tree of a checkpoint. Throw
/// Corrupt.
void require_whole(const db::Connection& from, const RunInfo& run);
void require_whole(const db::Connection& from, const CheckpointInfo& checkpoint);

/// All that is said of a run but its parent. Returns the new id.
std::int64_t copy_run(const db::Connection& to, const RunInfo& run);

/// The tags of all checkpoints have one digest. Throws Corrupt.
void require_whole_tags(const db::Connection& from);

/// All that is said of a checkpoint, with its tags, which no other one has; its tree_id is of the
/// destination, its id of the source. Returns the new id.
std::int64_t copy_checkpoint(const db::Connection& to, std::int64_t run_id,
                             const CheckpointInfo& checkpoint);

/// By id of the source: the run's id in the destination.
using RunIds = std::map<std::int64_t, std::int64_t>;

/// The metric history of these runs. Of a value that the destination has, too, the one that was
/// reported later stands. `wrote`, if any, is told the bytes of each row. Returns how many were
/// added or replaced. Throws Corrupt.
std::uint64_t copy_history(const db::Connection& from, const db::Connection& to, const RunIds& ids,
                           const std::function<void(std::uint64_t nbytes)>& wrote = {});

}  // namespace ckptlite::detail
