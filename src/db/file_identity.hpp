// SPDX-License-Identifier: MIT
// Which file a name means, to notice that it means another one now. SQLite finds journals by name:
// a connection whose file was renamed would play the journal of the next file of that name into its
// own, and delete it. So before each transaction we look. Safe from any thread.
#pragma once

#include <sys/types.h>

#include <string>

namespace ckptlite::db {

struct FileIdentity {
    dev_t device = 0;
    ino_t inode = 0;
    bool operator==(const FileIdentity&) const = default;
};

/// Zeros if there is no file of that name.
FileIdentity identity_of(const std::string& file) noexcept;

/// Throws IoError if the name means another file than `opened`, or none.
void check_in_place(const std::string& file, const FileIdentity& opened);

}  // namespace ckptlite::db
