// SPDX-License-Identifier: MIT
// What a table-valued function has beside its rows: SQLite's callbacks for an eponymous virtual
// table. Its arguments are hidden columns behind the visible ones. For the connection's thread.
#pragma once

#include <cstdint>
#include <memory>

#include "ext/arguments.hpp"

struct sqlite3_context;

namespace ckptlite::ext {

/// The rows of one call. Functions may throw.
class Rows {
public:
    virtual ~Rows() = default;
    virtual bool at_end() const = 0;
    virtual void next() = 0;
    /// Counts from 0.
    virtual std::int64_t position() const = 0;
    /// Gives the value of a visible column of the current row.
    virtual void column(sqlite3_context* context, int column) = 0;
};

/// Constants: SQLite keeps pointers to them.
struct TableFunction {
    const char* name;
    const char* usage;
    const char* declaration;  ///< CREATE TABLE, with the arguments as HIDDEN columns at the end
    int first_argument;       ///< the number of visible columns
    /// Null if there are no rows.
    std::unique_ptr<Rows> (*open)(sqlite3* db, Arguments& arguments);
};

/// An SQLite result code.
int register_table_function(sqlite3* db, const TableFunction& function);

}  // namespace ckptlite::ext
