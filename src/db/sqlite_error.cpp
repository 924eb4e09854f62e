// SPDX-License-Identifier: MIT
#include "db/sqlite_error.hpp"

#include <SQLiteCpp/Exception.h>
#include <sqlite3.h>

#include <new>

#include "ckptlite/error.hpp"

namespace ckptlite::db {

void throw_error(int code, std::string_view said, const std::string& file) {
    const ErrorContext where{.file = file};
    const std::string detail = " (SQLite: " + std::string(said) + ")";
    switch (code) {
        case SQLITE_READONLY_ROLLBACK:
        case SQLITE_READONLY_RECOVERY:
        case SQLITE_READONLY_CANTINIT:
            throw NeedsRecovery(
                "a write was interrupted and has to be rolled back before the file can be read: "
                "open it once for writing, as ckptlite ls does",
                where);
        case SQLITE_READONLY_DBMOVED:
            throw IoError("the file was renamed or deleted while it was open", where);
        default:
            break;
    }
    switch (code & 0xff) {
        case SQLITE_BUSY:
        case SQLITE_LOCKED:
            throw Busy("the file is locked by another connection" + detail +
                           "; close the program that holds it, or raise the timeout",
                       where);
        case SQLITE_NOTADB:
            throw NotACheckpointFile("this is not an SQLite database", where);
        case SQLITE_CORRUPT:
        case SQLITE_TOOBIG:  // a row that declares more than SQLite can hold
            throw Corrupt("the database is damaged" + detail + "; see ckptlite verify", where);
        case SQLITE_CONSTRAINT:
            throw Corrupt("a rule of the schema was broken" + detail, where);
        case SQLITE_NOMEM:
            throw std::bad_alloc();
        case SQLITE_FULL:
            throw IoError("the disk is full: free space and save again; nothing stored is lost",
                          where);
        case SQLITE_READONLY:
            throw IoError("the file cannot be written" + detail, where);
        case SQLITE_CANTOPEN:
        case SQLITE_PERM:
        case SQLITE_AUTH:
            throw IoError("the file cannot be opened" + detail, where);
        default:
            throw IoError("the file system reports an error" + detail, where);
    }
}

void throw_error(const SQLite::Exception& error, const std::string& file) {
    throw_error(error.getExtendedErrorCode(), error.what(), file);
}

}  // namespace ckptlite::db
