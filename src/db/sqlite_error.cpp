// SPDX-License-Identifier: MIT
#include "db/sqlite_error.hpp"

#include <SQLiteCpp/Exception.h>
#include <sqlite3.h>

#include <cerrno>
#include <cstring>
#include <new>

#include "ckptlite/error.hpp"
#include "db/connection.hpp"
#include "db/disk_space.hpp"
#include "db/file_pages.hpp"

namespace ckptlite::db {
namespace {

[[noreturn]] void throw_disk_full(int system_error, const std::string& file) {
    std::string what = "the disk is full: " + free_space_text(file);
    if (system_error == EDQUOT) what = "the disk quota is used up";
    if (system_error == EFBIG) {
        what = "the file may not grow any more, its file system or a limit (ulimit -f) forbids it";
    }
    throw DiskFull(what + kMakeRoom, {.file = file});
}

/// SQLITE_IOERR in all its kinds.
[[noreturn]] void throw_io_error(int code, const std::string& detail, int system_error,
                                 const std::string& file) {
    switch (code) {
        case SQLITE_IOERR_LOCK:
        case SQLITE_IOERR_RDLOCK:
        case SQLITE_IOERR_UNLOCK:
        case SQLITE_IOERR_CHECKRESERVEDLOCK:
        case SQLITE_IOERR_SHMLOCK:
            throw IoError("the file system does not lock files" + detail +
                              ": keep the file on a local disk, or mount the file system with "
                              "locks; without them two programs could destroy it",
                          {.file = file});
        case SQLITE_IOERR_NOMEM:
            throw std::bad_alloc();
        default:
            break;
    }
    if (system_error == ENOSPC || system_error == EDQUOT || system_error == EFBIG) {
        throw_disk_full(system_error, file);
    }
    throw IoError("the file system reports an error" + detail +
                      ": look at the disk, then see ckptlite verify; what was stored before is not "
                      "touched",
                  {.file = file});
}

[[noreturn]] void refuse_damaged(const Connection& connection) {
    const ErrorContext where{.file = connection.file()};
    const std::string said = std::string("SQLite: ") + sqlite3_errmsg(connection.handle());
    // Whoever asked for what is left of a damaged file needs no advice.
    if (connection.access() == Access::damaged) {
        throw Corrupt("damaged pages (" + said + ")", where);
    }
    const std::string left = missing_end(connection);
    if (!left.empty()) {
        throw Corrupt("the file was cut short: " + left +
                          ". Look for a whole copy of it; ckptlite salvage copies what is left of "
                          "this one into a new file",
                      where);
    }
    throw Corrupt("the database is damaged (" + said +
                      "): ckptlite verify says where, and ckptlite salvage copies what is whole "
                      "into a new file",
                  where);
}

/// The errno of the last call; 0 if it is not known.
int system_error_behind(int code, sqlite3* db) {
    // Only these two have one; else it is of an earlier failure.
    const int kind = code & 0xff;
    if (kind != SQLITE_IOERR && kind != SQLITE_CANTOPEN) return 0;
    int error = sqlite3_system_errno(db);
    // A COMMIT that fails does not set it.
    if (error == 0) sqlite3_file_control(db, "main", SQLITE_FCNTL_LAST_ERRNO, &error);
    return error;
}

}  // namespace

void throw_error(int code, std::string_view said, const std::string& file, int system_error) {
    const ErrorContext where{.file = file};
    std::string detail = " (SQLite: " + std::string(said);
    if (system_error != 0) detail += std::string(": ") + std::strerror(system_error);
    detail += ")";
    switch (code) {
        case SQLITE_READONLY_ROLLBACK:
        case SQLITE_READONLY_RECOVERY:
        case SQLITE_READONLY_CANTINIT:
            throw NeedsRecovery(
                "a write was interrupted and has to be rolled back before the file can be read: "
                "open it once for writing, as ckptlite ls does",
                where);
        case SQLITE_READONLY_DBMOVED:
            throw_moved(file);
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
            throw Corrupt("the database is damaged" + detail, where);
        case SQLITE_CONSTRAINT:
            throw Corrupt("a rule of the schema was broken" + detail, where);
        case SQLITE_NOMEM:
            throw std::bad_alloc();
        case SQLITE_FULL:
            throw_disk_full(ENOSPC, file);
        case SQLITE_READONLY:
            throw IoError("the file cannot be written" + detail, where);
        case SQLITE_CANTOPEN:
        case SQLITE_PERM:
        case SQLITE_AUTH:
            throw IoError("the file cannot be opened" + detail, where);
        default:
            throw_io_error(code, detail, system_error, file);
    }
}

void throw_error(const SQLite::Exception& error, const std::string& file) {
    throw_error(error.getExtendedErrorCode(), error.what(), file);
}

void throw_error(int code, const Connection& connection) {
    const int kind = code & 0xff;
    if (kind == SQLITE_CORRUPT || kind == SQLITE_TOOBIG) refuse_damaged(connection);
    throw_error(code, sqlite3_errmsg(connection.handle()), connection.file(),
                system_error_behind(code, connection.handle()));
}

void throw_moved(const std::string& file) {
    throw IoError(
        "the file was renamed, deleted or replaced while it was open, so neither it nor what has "
        "its name now is touched any more: open it anew where it is now, or, if it was deleted, "
        "restore a copy or start a new one",
        {.file = file});
}

}  // namespace ckptlite::db
