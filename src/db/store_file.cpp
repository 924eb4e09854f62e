// SPDX-License-Identifier: MIT
#include "db/store_file.hpp"

#include <system_error>

#include "ckptlite/error.hpp"
#include "db/backup.hpp"
#include "db/disk_space.hpp"
#include "db/new_file.hpp"
#include "db/store_schema.hpp"
#include "db/transaction.hpp"

namespace ckptlite::db {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void refuse(const fs::path& file, const std::string& message) {
    throw NotACheckpointFile(message, {.file = file.string()});
}

void check_is_store_like(const fs::path& file, const fs::file_status& status) {
    switch (status.type()) {
        case fs::file_type::regular:
            break;
        case fs::file_type::directory:
            refuse(file, "this is a folder, not a ckptlite file");
        case fs::file_type::fifo:
            refuse(file, "this is a FIFO, not a ckptlite file");
        case fs::file_type::socket:
            refuse(file, "this is a socket, not a ckptlite file");
        default:
            refuse(file, "this is a device, not a ckptlite file");
    }
    std::error_code error;
    const auto size = fs::file_size(file, error);
    if (error) return;  // opening it will say why
    if (size == 0) {
        refuse(file, "the file is empty, not a ckptlite file: remove it to start a new one here");
    }
    // SQLite takes a file shorter than its smallest page for a database without tables.
    if (size < 512) refuse(file, "this is not an SQLite database: it is too short");
}

/// A journal or write-ahead log beside the file, or the latter's index; empty if there is none.
fs::path side_file_of(const fs::path& file) {
    for (const char* const ending : {"-journal", "-wal", "-shm"}) {
        fs::path side = file.string() + ending;
        if (fs::exists(fs::symlink_status(side))) return side;
    }
    return {};
}

/// What a store of this name left behind when it went: SQLite would take it for the new store's
/// and play it in.
void refuse_side_files(const fs::path& file) {
    const fs::path side = side_file_of(file);
    // Or another process has just made the store and is writing to it.
    if (side.empty() || fs::exists(fs::symlink_status(file))) return;
    throw IoError("no store can be made here beside '" + side.filename().string() +
                      "', which belongs to one that was moved or deleted: move it to that one, or "
                      "delete it if that one is gone",
                  {.file = file.string()});
}

/// Nothing is there: whoever may do without the file can. Where the system only does not let us
/// look, as on a disk that is gone for a moment, nobody may take the file for missing.
bool is_missing(const std::error_code& error) {
    return error == std::errc::no_such_file_or_directory || error == std::errc::not_a_directory ||
           error == std::errc::too_many_symbolic_link_levels;
}

/// The absolute path, but for a symbolic link in the file's own place.
fs::path in_real_folder(const fs::path& file) {
    if (file.empty()) throw InvalidArgument("no file was named");
    std::error_code error;
    const fs::path absolute = fs::absolute(file, error);
    const fs::path folder = fs::canonical(absolute.parent_path(), error);
    if (error) {
        const std::string message = "the folder '" + absolute.parent_path().string() +
                                    "' cannot be entered: " + error.message();
        if (is_missing(error)) throw NotFound(message, {.file = file.string()});
        throw IoError(message, {.file = file.string()});
    }
    return folder / absolute.filename();
}

void build_store(const std::string& file, bool wal) {
    const Connection connection(file, Access::create, std::chrono::seconds(5));
    // Nobody sees the file before it is whole, so nothing needs rolling back after a crash.
    connection.execute("PRAGMA journal_mode = MEMORY");
    make_store(connection);
    if (wal) connection.execute("PRAGMA journal_mode = WAL");
}

}  // namespace

fs::path resolve_file(const fs::path& file, bool follow_symlinks, bool may_be_new) {
    const ErrorContext where{.file = file.string()};
    fs::path resolved = in_real_folder(file);
    std::error_code error;
    fs::file_status status = fs::symlink_status(resolved, error);
    if (fs::is_symlink(status)) {
        if (!follow_symlinks) {
            throw InvalidArgument(
                "this is a symbolic link: name the file it points to, or ask to follow links",
                where);
        }
        resolved = fs::canonical(resolved, error);
        if (is_missing(error)) {
            throw NotFound("the symbolic link leads nowhere: " + error.message(), where);
        }
        if (error) throw IoError("the symbolic link cannot be followed: " + error.message(), where);
        status = fs::symlink_status(resolved, error);
    }
    if (status.type() == fs::file_type::not_found) {
        if (may_be_new) return resolved;
        throw NotFound("there is no such file", where);
    }
    if (!fs::exists(status)) {
        throw IoError("the file cannot be looked at: " + error.message(), where);
    }
    check_is_store_like(resolved, status);
    return resolved;
}

void refuse_journals(const fs::path& file) {
    const fs::path side = side_file_of(file);
    if (side.empty()) return;
    throw NeedsRecovery("an untrusted file is read only as it is, without '" +
                            side.filename().string() +
                            "': a program may be writing to it, or a write to it was cut off. Ask "
                            "for a copy made after its program has closed it",
                        {.file = file.string()});
}

fs::path resolve_new_file(const fs::path& file) {
    fs::path resolved = in_real_folder(file);
    std::error_code error;
    const fs::file_status status = fs::symlink_status(resolved, error);
    if (status.type() == fs::file_type::none) {
        throw IoError("the file cannot be made here: " + error.message(), {.file = file.string()});
    }
    if (fs::exists(status)) refuse_to_replace(file);
    refuse_side_files(resolved);
    return resolved;
}

void refuse_to_replace(const fs::path& file) {
    throw AlreadyExists("there is something of this name already: choose another one, or remove it",
                        {.file = file.string()});
}

void make_store(const Connection& connection) {
    connection.execute("PRAGMA page_size = 32768");
    connection.execute("PRAGMA auto_vacuum = INCREMENTAL");
    WriteTransaction transaction(connection);
    make_schema(connection);
    transaction.commit();
}

void make_unseen_store(const Connection& connection, const std::string& like) {
    copy_permissions(like, connection.file());
    connection.execute("PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF");
    make_store(connection);
}

void create_file(const fs::path& file, bool wal) {
    refuse_side_files(file);
    NewFile made(file);
    try {
        build_store(made.temporary(), wal);
    } catch (const DiskFull&) {
        throw DiskFull("the file cannot be made here, for the disk is full: " +
                           free_space_text(file.string()) + "; free some and try again",
                       {.file = file.string()});
    } catch (const Error& error) {
        throw IoError("the file cannot be made here: " + error.message(), {.file = file.string()});
    }
    static_cast<void>(made.publish());  // false: another process was faster, its file stays
}

}  // namespace ckptlite::db
