// SPDX-License-Identifier: MIT
// What a process did to the files of one folder, in order, with the bytes: what power_loss.hpp
// replays. Threads: as WatchedIo; confirm() from any.
#pragma once

#include <cstdint>
#include <filesystem>
#include <mutex>
#include <string>
#include <vector>

#include "support/fault_vfs.hpp"

namespace ckptlite::test {

enum class IoEventKind : std::uint8_t { create, write, truncate, sync, remove, confirm };

struct IoEvent {
    IoEventKind kind;
    std::string file{};              ///< its name in the folder
    std::uint64_t offset = 0;        ///< of a write; the new size of a truncate
    std::vector<std::byte> bytes{};  ///< of a write
    bool syncs_folder = false;       ///< a sync or remove: of the folder's entries, too
};

class IoLog {
public:
    /// Changes of files elsewhere, and of the shared memory of a log, are not recorded.
    explicit IoLog(std::filesystem::path folder) : folder_(std::move(folder)) {}

    /// Records; this log must outlive it.
    IoWatcher watcher();
    /// The program has promised something at this point.
    void confirm();

    const std::vector<IoEvent>& events() const noexcept { return events_; }

private:
    void record(const IoCall& call);

    std::filesystem::path folder_;
    std::mutex mutex_;
    std::vector<IoEvent> events_;
};

}  // namespace ckptlite::test
