// SPDX-License-Identifier: MIT
// All functions of the extension, for a connection: tensors inside SQL. Nothing in a file needs
// them. They read the tables of the connection's main database, on its thread.
#pragma once

struct sqlite3;

namespace ckptlite::ext {

/// An SQLite result code.
int register_functions(sqlite3* db);

}  // namespace ckptlite::ext
