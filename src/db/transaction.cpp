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

std::string waited_text(const Connection& connection) {
    const auto waited = connection.timeout().count();
    return waited % 1000 == 0 ? std::to_string(waited / 1000) + " s"
                              : std::to_string(waited) + " ms";
}

/// As execute(), but Busy says who holds what.
void execute_or_say(const Connection& connection, const char* sql, const std::string& busy) {
    try {
        connection.execute(sql);
    } catch (const Busy&) {
        throw Busy(busy + "; nothing stored is lost (`fuser '" + connection.file() +
                       "'` names the programs that have the file open)",
                   {.file = connection.file()});
    }
}

}  // namespace

WriteTransaction::WriteTransaction(const Connection& connection, Commit commit)
    : connection_(connection) {
    connection_.check_in_place();
    connection_.execute(commit == Commit::durable ? "PRAGMA synchronous = EXTRA"
                                                  : "PRAGMA synchronous = FULL");
    execute_or_say(connection_, "BEGIN IMMEDIATE",
                   "the file is locked: another program has been writing to it for " +
                       waited_text(connection_) +
                       ". Let it finish or end it, then try again, or raise the timeout");
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
    connection_.check_in_place();
    execute_or_say(connection_, "COMMIT",
                   "the file is locked: a program that reads it has kept this write waiting for " +
                       waited_text(connection_) +
                       ". Close that program or end its transaction, then try again; with "
                       "JournalMode::wal readers keep no writer waiting");
}

ReadTransaction::ReadTransaction(const Connection& connection)
    : connection_(connection), outermost_(!connection.in_transaction()) {
    if (outermost_) connection_.execute("BEGIN");
}

ReadTransaction::~ReadTransaction() {
    if (outermost_) roll_back(connection_);
}

}  // namespace ckptlite::db
