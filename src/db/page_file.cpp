// SPDX-License-Identifier: MIT
#include "db/page_file.hpp"

#include <sqlite3.h>

namespace ckptlite::db {

PageFile::PageFile(const Connection& connection) {
    sqlite3_vfs* vfs = nullptr;
    sqlite3_file_control(connection.handle(), "main", SQLITE_FCNTL_VFS_POINTER, &vfs);
    // The name as SQLite keeps it: a VFS looks for parameters behind it.
    const char* const name = sqlite3_db_filename(connection.handle(), "main");
    if (vfs == nullptr || name == nullptr || *name == '\0') return;
    memory_ = std::make_unique<std::byte[]>(static_cast<std::size_t>(vfs->szOsFile));
    auto* const file = reinterpret_cast<sqlite3_file*>(memory_.get());
    constexpr int kFlags = SQLITE_OPEN_READONLY | SQLITE_OPEN_MAIN_DB | SQLITE_OPEN_NOFOLLOW;
    const bool opened = vfs->xOpen(vfs, name, file, kFlags, nullptr) == SQLITE_OK;
    if (opened) {
        file_ = file;
    } else if (file->pMethods != nullptr) {
        file->pMethods->xClose(file);  // a VFS may ask for that after a failure, too
    }
}

PageFile::~PageFile() {
    if (file_ != nullptr) file_->pMethods->xClose(file_);
}

bool PageFile::read(std::uint64_t at, std::span<std::byte> out) noexcept {
    return file_ != nullptr &&
           file_->pMethods->xRead(file_, out.data(), static_cast<int>(out.size()),
                                  static_cast<sqlite3_int64>(at)) == SQLITE_OK;
}

}  // namespace ckptlite::db
