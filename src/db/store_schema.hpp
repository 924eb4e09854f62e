// SPDX-License-Identifier: MIT
// What is inside the file: its schema made, checked, and brought to this version of the format.
// Functions are for the connection's thread.
#pragma once

#include "db/connection.hpp"

namespace ckptlite::db {

/// In a transaction of the caller: makes an empty database a store.
void make_schema(const Connection& connection);

/// Throws NotACheckpointFile, UnsupportedVersion or Corrupt unless the database behind the
/// connection is a store that we may read and, if `for_writing`, write.
void check_store(const Connection& connection, bool for_writing);

/// check_store() for a file from a stranger, opened with Access::untrusted. Besides, throws
/// UnsupportedVersion for a newer minor version, of which nobody knows what belongs into it, and
/// Corrupt for anything in the schema that is not of the format and for whatever SQLite's
/// integrity_check finds: it reads the whole file.
void check_untrusted_store(const Connection& connection);

/// The part of it about features, of a database that has the table. Throws UnsupportedVersion.
void check_features(const Connection& connection, bool for_writing);

/// Whether it has this table, index or view of our version, defined as the format says. A file of
/// an older version may.
bool is_defined(const Connection& connection, const std::string& name);

/// Brings a store that passed check_store() for writing to our version, in one transaction. A file
/// that cannot be written, for it lies on a read-only medium, stays as it is.
void upgrade_store(const Connection& connection);

}  // namespace ckptlite::db
