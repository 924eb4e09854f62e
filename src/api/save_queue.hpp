// SPDX-License-Identifier: MIT
// Saves trees one after the other: at once, or a copy of the tree on a background thread, one at a
// time. A background failure is kept until somebody can be told.
//
// For one thread at a time; the store must outlive the queue. After fork() every call in the child
// throws WrongProcess, and the destructor waits for nothing: the thread is not there.
#pragma once

#include <sys/types.h>

#include <functional>
#include <future>

#include "api/snapshot.hpp"
#include "ckptlite/store.hpp"

namespace ckptlite::detail {

class SaveQueue {
public:
    SaveQueue(Store& store, bool asynchronous);
    /// Waits; a failure nobody was told of goes to stderr.
    ~SaveQueue();
    SaveQueue(const SaveQueue&) = delete;
    SaveQueue& operator=(const SaveQueue&) = delete;

    /// Calls `saved` when the checkpoint is durable, on the thread that saved it. In the background
    /// this begins with wait().
    void save(const Tree& tree, const SaveOptions& options, std::function<void()> saved);
    /// Waits for the save in flight and throws what it threw.
    void wait();
    /// Waits for the save in flight. What it threw stays for the next save() or wait().
    void settle() const;

private:
    void check_process() const;

    Store& store_;
    const bool asynchronous_;
    const pid_t owner_;
    Snapshot snapshot_;
    std::future<void> in_flight_;
};

}  // namespace ckptlite::detail
