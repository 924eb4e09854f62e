// SPDX-License-Identifier: MIT
// A copy of a live file. For the connection's thread.
#pragma once

#include <filesystem>

#include "ckptlite/progress.hpp"
#include "db/connection.hpp"

namespace ckptlite::db {

/// Store::backup: pages of one snapshot, which is held until the last one is copied; the free ones
/// at the end are left out.
void back_up(const Connection& from, const std::filesystem::path& out,
             const OnProgress& on_progress);

/// Lets whoever may read `like` read `file`, and no one else.
void copy_permissions(const std::string& like, const std::string& file);

}  // namespace ckptlite::db
