// SPDX-License-Identifier: MIT
#include "db/file_identity.hpp"

#include <sys/stat.h>

#include "db/sqlite_error.hpp"

namespace ckptlite::db {

FileIdentity identity_of(const std::string& file) noexcept {
    struct stat status {};
    if (::stat(file.c_str(), &status) != 0) return {};
    return {status.st_dev, status.st_ino};
}

void check_in_place(const std::string& file, const FileIdentity& opened) {
    if (identity_of(file) != opened) throw_moved(file);
}

}  // namespace ckptlite::db
