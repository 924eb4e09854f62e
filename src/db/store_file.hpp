// SPDX-License-Identifier: MIT
// The file as such: where it is, whether it may be opened, and how a new one comes to be.
//
// Nothing here opens a live store past SQLite: any close() of the file in this process would drop
// the locks SQLite holds on it.
#pragma once

#include <filesystem>

#include "db/connection.hpp"

namespace ckptlite::db {

/// The absolute path without symbolic links, after a look at what is there. Throws NotFound,
/// NotACheckpointFile (a folder, FIFO, device, an empty file), InvalidArgument (a symbolic link,
/// unless they are followed). With `may_be_new` the file itself may be missing.
std::filesystem::path resolve_file(const std::filesystem::path& file, bool follow_symlinks,
                                   bool may_be_new);

/// Throws NeedsRecovery if a journal or a write-ahead log lies beside the file: a stranger's file
/// is read as it is, and to read one with those is to let them change it.
void refuse_journals(const std::filesystem::path& file);

/// The absolute path of a file that is to be made. Throws AlreadyExists if anything has its name,
/// a symbolic link, too, and IoError beside the journal of a store that had this name.
std::filesystem::path resolve_new_file(const std::filesystem::path& file);

/// Throws AlreadyExists.
[[noreturn]] void refuse_to_replace(const std::filesystem::path& file);

/// Makes the new, empty database behind the connection a store.
void make_store(const Connection& connection);

/// The same of a file that nobody sees before it is whole and on the disk: nothing needs rolling
/// back after a crash. Whoever may read `like` may read it, and no one else.
void make_unseen_store(const Connection& connection, const std::string& like);

/// Makes an empty store. It is built under a temporary name beside `file` and then linked into
/// place, so nobody ever sees half of it; if another process was faster, its file stays.
void create_file(const std::filesystem::path& file, bool wal);

}  // namespace ckptlite::db
