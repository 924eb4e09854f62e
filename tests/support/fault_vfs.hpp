// SPDX-License-Identifier: MIT
// An SQLite VFS over the default one, and the default itself from the first WatchedIo on, so that
// the library's own connections go through it. A watcher sees each call before it is made, and may
// refuse it or never return; and again after it has succeeded.
//
// Threads: SQLite calls from any; a watcher's functions are called one at a time. Lifetime: open
// connections after the WatchedIo is made, since those opened before the first one are not seen.
// The shared memory of a write-ahead log is mapped, so no call tells of what is written there.
#pragma once

#include <sqlite3.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string_view>

namespace ckptlite::test {

enum class IoKind : std::uint8_t {
    open,
    read,
    write,
    truncate,
    sync,
    file_size,
    lock,
    unlock,
    check_lock,
    remove,
    access,
    shm_map,
    shm_lock,
};

std::string_view name_of(IoKind kind) noexcept;

struct IoCall {
    IoKind kind;
    std::string_view path;               ///< of the file; "" for one without a name
    std::int64_t offset = 0;             ///< of a read or write; the new size of a truncate
    std::span<const std::byte> bytes{};  ///< of a write
    bool creates = false;                ///< an open: there was no such file
    bool syncs_folder = false;           ///< a sync or remove: of the folder's entries, too
};

/// What becomes of a call.
struct IoVerdict {
    int code = SQLITE_OK;       ///< any other is what SQLite is told instead of making the call
    bool half_written = false;  ///< a write that is refused writes half of its bytes first
};

struct IoWatcher {
    std::function<IoVerdict(const IoCall&)> before{};
    std::function<void(const IoCall&)> after{};
    /// SQLite's waits for a lock of a write-ahead log, up to ten seconds, take no time.
    bool hurries = false;
};

/// While it lives, its watcher sees all calls of the process. One at a time.
class WatchedIo {
public:
    explicit WatchedIo(IoWatcher watcher);
    ~WatchedIo();
    WatchedIo(const WatchedIo&) = delete;
    WatchedIo& operator=(const WatchedIo&) = delete;
};

}  // namespace ckptlite::test
