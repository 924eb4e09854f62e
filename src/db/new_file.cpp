// SPDX-License-Identifier: MIT
#include "db/new_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
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

std::string temporary_name(const fs::path& path) {
    return path.string() + ".new-" + make_uuid();
}

[[noreturn]] void fail(const fs::path& file) {
    const std::error_code error(errno, std::generic_category());
    throw IoError("the file cannot be made here: " + error.message(), {.file = file.string()});
}

}  // namespace

NewFile::NewFile(fs::path file) : file_(std::move(file)), temporary_(temporary_name(file_)) {}

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

NewFolder::NewFolder(fs::path folder)
    : folder_(std::move(folder)), temporary_(temporary_name(folder_)) {
    if (::mkdir(temporary_.c_str(), 0777) != 0) fail(folder_);
}

NewFolder::~NewFolder() {
    std::error_code ignored;
    fs::remove_all(temporary_, ignored);
}

bool NewFolder::publish() {
    for (const fs::directory_entry& entry : fs::recursive_directory_iterator(temporary_)) {
        if (!sync_path(entry.path().string(), O_RDONLY)) fail(folder_);
    }
    sync_path(temporary_.string(), O_RDONLY | O_DIRECTORY);
    // Takes the place of an empty folder at most; whoever made that one meanwhile loses nothing.
    if (::rename(temporary_.c_str(), folder_.c_str()) != 0) {
        if (errno == EEXIST || errno == ENOTEMPTY || errno == ENOTDIR) return false;
        fail(folder_);
    }
    sync_path(folder_.parent_path().string(), O_RDONLY | O_DIRECTORY);
    return true;
}

}  // namespace ckptlite::db
