// SPDX-License-Identifier: MIT
// The scalar functions: one value from one leaf, or from two. docs/SQL_FUNCTIONS.md describes them.
#pragma once

struct sqlite3;

namespace ckptlite::ext {

/// An SQLite result code.
int register_scalar_functions(sqlite3* db);

}  // namespace ckptlite::ext
