// SPDX-License-Identifier: MIT
// The files that SQLite keeps beside a database, looked at before SQLite opens them: a stranger
// may have made them. Any thread.
#pragma once

#include <string>

namespace ckptlite::db {

/// Throws NotACheckpointFile if one of them is a FIFO, a link or the like, at which SQLite would
/// hang or write elsewhere. Throws Corrupt if `may_recover` and the journal names another file (a
/// "super-journal"), which SQLite would read and delete when it rolls back.
void check_side_files(const std::string& file, bool may_recover);

}  // namespace ckptlite::db
