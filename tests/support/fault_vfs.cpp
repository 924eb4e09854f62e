// SPDX-License-Identifier: MIT
#include "support/fault_vfs.hpp"

#include <unistd.h>

#include <array>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <utility>

namespace ckptlite::test {
namespace {

/// What SQLite takes for its file; it gives us the memory, and the real file lies behind this.
struct File {
    sqlite3_file as_sqlite;
    const char* path;   // SQLite keeps it until the file is closed
    bool syncs_folder;  // as the unix VFS does at the first sync of a new journal or log
    sqlite3_file* real;
};
constexpr std::size_t kRealAt = (sizeof(File) + 15) / 16 * 16;

sqlite3_vfs* real_vfs = nullptr;
std::mutex watcher_mutex;
std::optional<IoWatcher> watcher;

IoVerdict ask(const IoCall& call) {
    const std::scoped_lock lock(watcher_mutex);
    return watcher && watcher->before ? watcher->before(call) : IoVerdict{};
}

void tell(const IoCall& call) {
    const std::scoped_lock lock(watcher_mutex);
    if (watcher && watcher->after) watcher->after(call);
}

template <typename Make>
int watched(const IoCall& call, Make make) {
    const IoVerdict verdict = ask(call);
    if (verdict.code != SQLITE_OK) return verdict.code;
    const int rc = make();
    if (rc == SQLITE_OK) tell(call);
    return rc;
}

File& of(sqlite3_file* file) {
    return *reinterpret_cast<File*>(file);
}

/// The method of the real file, with the real file in front of its arguments.
template <auto kMethod, typename... Arguments>
int pass(sqlite3_file* file, Arguments... arguments) {
    sqlite3_file* const real = of(file).real;
    return (real->pMethods->*kMethod)(real, arguments...);
}

using Methods = sqlite3_io_methods;

template <IoKind kKind, auto kMethod, typename... Arguments>
int watched_pass(sqlite3_file* file, Arguments... arguments) {
    return watched({.kind = kKind, .path = of(file).path},
                   [&] { return pass<kMethod>(file, arguments...); });
}

int close_file(sqlite3_file* file) {
    return pass<&Methods::xClose>(file);
}

int read_file(sqlite3_file* file, void* out, int n, sqlite3_int64 at) {
    return watched({.kind = IoKind::read, .path = of(file).path, .offset = at},
                   [&] { return pass<&Methods::xRead>(file, out, n, at); });
}

int write_file(sqlite3_file* file, const void* data, int n, sqlite3_int64 at) {
    const IoCall call{.kind = IoKind::write,
                      .path = of(file).path,
                      .offset = at,
                      .bytes = {static_cast<const std::byte*>(data), static_cast<std::size_t>(n)}};
    const IoVerdict verdict = ask(call);
    if (verdict.code != SQLITE_OK) {
        if (verdict.half_written) pass<&Methods::xWrite>(file, data, n / 2, at);
        return verdict.code;
    }
    const int rc = pass<&Methods::xWrite>(file, data, n, at);
    if (rc == SQLITE_OK) tell(call);
    return rc;
}

int truncate_file(sqlite3_file* file, sqlite3_int64 size) {
    return watched({.kind = IoKind::truncate, .path = of(file).path, .offset = size},
                   [&] { return pass<&Methods::xTruncate>(file, size); });
}

int sync_file(sqlite3_file* file, int flags) {
    File& asked = of(file);
    const IoCall call{.kind = IoKind::sync, .path = asked.path, .syncs_folder = asked.syncs_folder};
    const int rc = watched(call, [&] { return pass<&Methods::xSync>(file, flags); });
    if (rc == SQLITE_OK) asked.syncs_folder = false;
    return rc;
}

int sector_size(sqlite3_file* file) {
    return pass<&Methods::xSectorSize>(file);
}

int device_characteristics(sqlite3_file* file) {
    return pass<&Methods::xDeviceCharacteristics>(file);
}

int control_file(sqlite3_file* file, int operation, void* argument) {
    return pass<&Methods::xFileControl>(file, operation, argument);
}

void shm_barrier(sqlite3_file* file) {
    sqlite3_file* const real = of(file).real;
    real->pMethods->xShmBarrier(real);
}

constexpr Methods kMethods{
    .iVersion = 2,  // without xFetch: mapped reads could not be seen
    .xClose = close_file,
    .xRead = read_file,
    .xWrite = write_file,
    .xTruncate = truncate_file,
    .xSync = sync_file,
    .xFileSize = watched_pass<IoKind::file_size, &Methods::xFileSize, sqlite3_int64*>,
    .xLock = watched_pass<IoKind::lock, &Methods::xLock, int>,
    .xUnlock = watched_pass<IoKind::unlock, &Methods::xUnlock, int>,
    .xCheckReservedLock = watched_pass<IoKind::check_lock, &Methods::xCheckReservedLock, int*>,
    .xFileControl = control_file,
    .xSectorSize = sector_size,
    .xDeviceCharacteristics = device_characteristics,
    .xShmMap = watched_pass<IoKind::shm_map, &Methods::xShmMap, int, int, int, void volatile**>,
    .xShmLock = watched_pass<IoKind::shm_lock, &Methods::xShmLock, int, int, int>,
    .xShmBarrier = shm_barrier,
    .xShmUnmap = pass<&Methods::xShmUnmap, int>,
    .xFetch = nullptr,
    .xUnfetch = nullptr,
};

int open_file(sqlite3_vfs*, const char* path, sqlite3_file* file, int flags, int* out_flags) {
    constexpr int kNewFolderEntry =
        SQLITE_OPEN_MAIN_JOURNAL | SQLITE_OPEN_SUPER_JOURNAL | SQLITE_OPEN_WAL;
    const bool may_create = (flags & SQLITE_OPEN_CREATE) != 0;
    auto* const real = reinterpret_cast<sqlite3_file*>(reinterpret_cast<char*>(file) + kRealAt);
    File& opened = of(file);
    opened = {.as_sqlite = {},
              .path = path == nullptr ? "" : path,
              .syncs_folder = may_create && (flags & kNewFolderEntry) != 0,
              .real = real};
    real->pMethods = nullptr;
    const IoCall call{.kind = IoKind::open,
                      .path = opened.path,
                      .creates = may_create && ::access(opened.path, F_OK) != 0};
    const int rc =
        watched(call, [&] { return real_vfs->xOpen(real_vfs, path, real, flags, out_flags); });
    if (real->pMethods != nullptr) opened.as_sqlite.pMethods = &kMethods;
    return rc;
}

int remove_file(sqlite3_vfs*, const char* path, int sync_folder) {
    return watched({.kind = IoKind::remove, .path = path, .syncs_folder = sync_folder != 0},
                   [&] { return real_vfs->xDelete(real_vfs, path, sync_folder); });
}

int access_file(sqlite3_vfs*, const char* path, int flags, int* result) {
    return watched({.kind = IoKind::access, .path = path},
                   [&] { return real_vfs->xAccess(real_vfs, path, flags, result); });
}

int sleep_for(sqlite3_vfs*, int microseconds) {
    {
        const std::scoped_lock lock(watcher_mutex);
        if (watcher && watcher->hurries) return microseconds;
    }
    return real_vfs->xSleep(real_vfs, microseconds);
}

void register_as_default() {
    static sqlite3_vfs fault_vfs;
    real_vfs = sqlite3_vfs_find(nullptr);
    if (real_vfs == nullptr) throw std::runtime_error("SQLite has no default VFS");
    fault_vfs = *real_vfs;  // what is not replaced here needs no file of ours
    fault_vfs.zName = "ckptlite-fault";
    fault_vfs.pNext = nullptr;
    fault_vfs.szOsFile = static_cast<int>(kRealAt) + real_vfs->szOsFile;
    fault_vfs.xOpen = open_file;
    fault_vfs.xDelete = remove_file;
    fault_vfs.xAccess = access_file;
    fault_vfs.xSleep = sleep_for;
    if (sqlite3_vfs_register(&fault_vfs, 1) != SQLITE_OK) {
        throw std::runtime_error("the fault VFS cannot be registered");
    }
}

}  // namespace

std::string_view name_of(IoKind kind) noexcept {
    constexpr std::array<std::string_view, 13> kNames{
        "open",   "read",       "write",  "truncate", "sync",    "file size", "lock",
        "unlock", "check lock", "remove", "access",   "shm map", "shm lock"};
    return kNames[static_cast<std::size_t>(kind)];
}

WatchedIo::WatchedIo(IoWatcher of_calls) {
    static const bool once = (register_as_default(), true);
    static_cast<void>(once);
    const std::scoped_lock lock(watcher_mutex);
    if (watcher) throw std::logic_error("the calls are watched already");
    watcher = std::move(of_calls);
}

WatchedIo::~WatchedIo() {
    const std::scoped_lock lock(watcher_mutex);
    watcher.reset();
}

}  // namespace ckptlite::test
