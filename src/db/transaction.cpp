// SPDX-License-Identifier: MIT
#include "db/transaction.hpp"

#include "ckptlite/error.hpp"

namespace ckptlite::db {
namespace {

void roll_back(const Connection& connection) noexcept {
    // SQLite has rolled back by itself after some errors (a full disk, an I/O error).
    if (!connection.in_transaction()) return;
    try {
        connection.execute("ROLLBACK");
    } catch (const Error&) {
        // The journal stays behind, hot: the next connection rolls back.
    }
}

}  // namespace

WriteTransaction::WriteTransaction(const Connection& connection) : connection_(connection) {
    connection_.execute("BEGIN IMMEDIATE");
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
