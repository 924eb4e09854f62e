// SPDX-License-Identifier: MIT
#include "db/disk_space.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <filesystem>
#include <optional>
#include <system_error>

#include "ckptlite/error.hpp"
#include "db/file_pages.hpp"

namespace ckptlite::db {
namespace {

namespace fs = std::filesystem;

/// Nothing if the file system does not tell.
std::optional<std::uint64_t> free_bytes(const std::string& file) {
    std::error_code error;
    const fs::space_info space = fs::space(fs::path(file).parent_path(), error);
    if (error) return std::nullopt;
    return space.available;
}

}  // namespace

std::string mib_text(std::uint64_t nbytes) {
    std::array<char, 48> text{};
    std::snprintf(text.data(), text.size(), "%.1f MiB", static_cast<double>(nbytes) / (1 << 20));
    return text.data();
}

std::string free_space_text(const std::string& file) {
    const auto free = free_bytes(file);
    return (free ? mib_text(*free) : "an unknown number of bytes") + " are free on its file system";
}

void require_room(const Connection& connection, std::uint64_t nbytes) {
    // Most disks have room for all of it twice, as a WAL store takes it: then nothing else counts.
    const auto plenty = 2 * nbytes + kReservedBytes;
    auto free = free_bytes(connection.file());
    if (!free || *free >= plenty + log_nbytes(connection.file())) return;
    const bool wal = is_wal(connection);
    if (wal) {
        // What is in the log already will want room in the file, and the log takes its own.
        empty_log(connection);
        free = free_bytes(connection.file());
    }
    std::uint64_t growth = nbytes - std::min(nbytes, file_pages(connection).free_nbytes());
    if (wal) growth += nbytes + log_nbytes(connection.file());
    if (growth == 0 || !free || *free >= growth + kReservedBytes) return;
    throw DiskFull("the disk is full: " + free_space_text(connection.file()) + ", and the last " +
                       mib_text(kReservedBytes) + " are kept for deleting" + kMakeRoom,
                   {.file = connection.file()});
}

}  // namespace ckptlite::db
