// SPDX-License-Identifier: MIT
// The table-valued functions tensor_each and tensor_histogram: docs/SQL_FUNCTIONS.md.
#pragma once

struct sqlite3;

namespace ckptlite::ext {

/// An SQLite result code.
int register_table_functions(sqlite3* db);

}  // namespace ckptlite::ext
