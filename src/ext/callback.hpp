// SPDX-License-Identifier: MIT
// The border between SQLite's C callbacks and C++: the one place where exceptions become SQL
// errors. Any connection's thread.
#pragma once

#include <functional>

struct sqlite3_context;
struct sqlite3_vtab;

namespace ckptlite::ext {

/// Of a scalar function: what `body` throws is its result.
void guarded(sqlite3_context* context, const std::function<void()>& body) noexcept;

/// Of a table-valued function: what `body` throws is the table's message, its code is returned.
int guarded(sqlite3_vtab* table, const std::function<void()>& body) noexcept;

}  // namespace ckptlite::ext
