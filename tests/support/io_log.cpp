// SPDX-License-Identifier: MIT
#include "support/io_log.hpp"

#include <optional>

namespace ckptlite::test {
namespace {

std::optional<IoEventKind> event_of(const IoCall& call) {
    switch (call.kind) {
        case IoKind::open:
            if (call.creates) return IoEventKind::create;
            return std::nullopt;
        case IoKind::write:
            return IoEventKind::write;
        case IoKind::truncate:
            return IoEventKind::truncate;
        case IoKind::sync:
            return IoEventKind::sync;
        case IoKind::remove:
            return IoEventKind::remove;
        default:
            return std::nullopt;
    }
}

}  // namespace

IoWatcher IoLog::watcher() {
    return {.after = [this](const IoCall& call) { record(call); }};
}

void IoLog::confirm() {
    const std::scoped_lock lock(mutex_);
    events_.push_back({.kind = IoEventKind::confirm});
}

void IoLog::record(const IoCall& call) {
    const auto kind = event_of(call);
    const std::filesystem::path path(call.path);
    if (!kind || path.parent_path() != folder_ || path.extension() == ".db-shm") return;
    const std::scoped_lock lock(mutex_);
    events_.push_back({.kind = *kind,
                       .file = path.filename().string(),
                       .offset = static_cast<std::uint64_t>(call.offset),
                       .bytes = {call.bytes.begin(), call.bytes.end()},
                       .syncs_folder = call.syncs_folder});
}

}  // namespace ckptlite::test
