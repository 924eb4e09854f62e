// SPDX-License-Identifier: MIT
// Store::compact: deleting garbage and making the file shorter, in transactions of a few MiB with a
// pause after each, so that others read and write in between. Runs on the thread that holds the
// writer connection.
#pragma once

#include <string>

#include "ckptlite/compact.hpp"
#include "ckptlite/progress.hpp"
#include "db/connection.hpp"

namespace ckptlite::detail {

/// `token` is this store's, see writer_identity(); empty if a save of it may be going on.
CompactPlan plan_compaction(const db::Connection& connection, const std::string& token);

CompactReport compact_store(const db::Connection& writer, const std::string& token,
                            const OnProgress& on_progress);

}  // namespace ckptlite::detail
