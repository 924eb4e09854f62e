// SPDX-License-Identifier: MIT
#include "db/new_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

#include "base/uuid.hpp"
#include "ckptlite/error.hpp"

namespace ckptlite::db {
namespace {

namespace fs = std::filesystem;

bool sync_path(const std::string& path, int flags) noexcept {
    const int fd = ::open(path.c_str(), flags | O_CLOEXEC);
    if (fd < 0) return false;
    const bool synced = ::fsync(fd) == 0;
    const int error = errno;
    ::close(fd);
    errno = error;
    return synced;
}

[[noreturn]] void fail(const fs::path& file) {
    const std::error_code error(errno, std::generic_category());
    throw IoError("the file cannot be made here: " + error.message(), {.file = file.string()});
}

}  // namespace

NewFile::NewFile(fs::path file)
    : file_(std::move(file)), temporary_(file_.string() + ".new-" + make_uuid()) {}

NewFile::~NewFile() {
    for (const char* const suffix : {"", "-journal", "-wal", "-shm"}) {
        ::unlink((temporary_ + suffix).c_str());
    }
}

bool NewFile::publish() {
    if (!sync_path(temporary_, O_RDONLY)) fail(file_);
    if (!link()) return false;
    // The entry in the folder, too. Some file systems cannot: then it is as durable as it gets.
    sync_path(file_.parent_path().string(), O_RDONLY | O_DIRECTORY);
    return true;
}

bool NewFile::link() const {
    if (::link(temporary_.c_str(), file_.c_str()) == 0) return true;
    if (errno == EEXIST) return false;
    // A file system without hard links. Here alone two creators at the same moment could race.
    if (fs::exists(fs::symlink_status(file_))) return false;
    if (::rename(temporary_.c_str(), file_.c_str()) != 0) fail(file_);
    return true;
}

}  // namespace ckptlite::db
