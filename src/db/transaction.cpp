// SPDX-License-Identifier: MIT
#include "db/transaction.hpp"

#include <exception>

#include "ckptlite/error.hpp"
#include "db/sql.hpp"
#include "format/schema.hpp"

namespace ckptlite::db {
namespace {

void roll_back(const Connection& connection) noexcept {
    // SQLite has rolled back by itself after some errors (a full disk, an I/O error).
    if (!connection.in_transaction()) return;
    try {
        connection.execute("ROLLBACK");
    } catch (const std::exception&) {  // std::bad_alloc, too
        // The journal stays behind, hot: the next connection rolls back.
    }
}

}  // namespace

WriteTransaction::WriteTransaction(const Connection& connection, Commit commit)
    : connection_(connection) {
    connection_.execute(commit == Commit::durable ? "PRAGMA synchronous = EXTRA; BEGIN IMMEDIATE"
                                                  : "PRAGMA synchronous = FULL; BEGIN IMMEDIATE");
    // A newer program may have upgraded the file since we opened it, and we would not know what to
    // write besides. Now that the lock is ours, it cannot happen any more.
    if (connection_.pragma_integer(sql::kUserVersion) > format::kUserVersion) {
        roll_back(connection_);
        throw UnsupportedVersion(
            "a newer program has upgraded the file, which this ckptlite can now read but not write:"
            " use a newer one",
            {.file = connection_.file()});
    }
}

WriteTransaction::~WriteTransaction() {
    roll_back(connection_);
}

void WriteTransaction::commit() {
    connection_.execute("COMMIT");
}

ReadTransaction::ReadTransaction(const Connection& connection)
    : connection_(connection), outermost_(!connection.in_transaction()) {
    if (outermost_) connection_.execute("BEGIN");
}

ReadTransaction::~ReadTransaction() {
    if (outermost_) roll_back(connection_);
}

}  // namespace ckptlite::db
