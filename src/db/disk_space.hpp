// SPDX-License-Identifier: MIT
// Room on the disk: what is left of it, and a last part of it that saves leave alone.
//
// SQLite needs a journal to delete, too, so on a disk without a free byte nothing could be deleted
// any more. Functions are for the connection's thread.
#pragma once

#include <cstdint>
#include <string>

#include "db/connection.hpp"

namespace ckptlite::db {

/// What is left for deleting: enough for the journal of a small transaction.
inline constexpr std::uint64_t kReservedBytes = 2 << 20;

/// "13.0 MiB".
std::string mib_text(std::uint64_t nbytes);

/// "13.0 MiB are free on its file system".
std::string free_space_text(const std::string& file);

/// Before a write transaction: throws DiskFull if `nbytes` more would make the file, or its
/// write-ahead log, longer and leave less than kReservedBytes on the disk. What fits in the free
/// pages of the file is let through.
void require_room(const Connection& connection, std::uint64_t nbytes);

/// What DiskFull says to do.
inline constexpr const char* kMakeRoom =
    "; free space, or delete checkpoints (retain, remove: they need a MiB or two themselves), "
    "and try again; nothing stored is lost";

}  // namespace ckptlite::db
