// SPDX-License-Identifier: MIT
// Saves trees one after the other: at once, or a copy of the tree on a background thread, one at a
// time. A background save that meets a lock (Busy) or a full disk (DiskFull) keeps its copy and is
// tried again until it is stored, discarded, or the queue goes. Other failures are kept until
// somebody can be told.
//
// For one thread at a time; the store must outlive the queue. After fork() every call in the child
// throws WrongProcess, and the destructor waits for nothing: the thread is not there.
#pragma once

#include <sys/types.h>

#include <functional>
#include <future>
#include <memory>
#include <optional>

#include "api/snapshot.hpp"
#include "ckptlite/store.hpp"
#include "ckptlite/writer.hpp"

namespace ckptlite::detail {

class SaveQueue {
public:
    using OnLost = std::function<void(const LostSave&)>;

    SaveQueue(Store& store, bool asynchronous, OnLost on_lost = {});
    /// Waits as wait() does; a save that fails then is lost, which on_lost or stderr says.
    ~SaveQueue();
    SaveQueue(const SaveQueue&) = delete;
    SaveQueue& operator=(const SaveQueue&) = delete;

    /// Calls `saved` when the checkpoint is durable, on the thread that saved it. In the background
    /// this begins with wait().
    void save(const Tree& tree, const SaveOptions& options, std::function<void()> saved);
    /// Waits for the save in flight and throws what it threw. If it meets a lock or a full disk
    /// once more, in an attempt begun after this call, it throws that, and the save goes on.
    void wait();
    /// Waits as wait() does. What the save threw stays for the next save() or wait().
    void settle() const;
    /// Waits for the attempt in progress and gives the save up if that fails. Whether it did.
    bool discard();

private:
    /// Shared with the thread, since a child after fork() must not destroy what a thread of the
    /// parent waits on.
    struct Retries;
    struct Job {
        SaveOptions options;
        std::function<void()> saved;
    };

    void check_process() const;
    void start();
    void run(Retries& retries) const;
    /// If a lock or a full disk has ended the attempts since somebody called settle(): begins anew.
    void try_again();
    /// Waits for the end of the attempts and throws what the last one threw.
    void finish();
    void report_loss(const char* why) const noexcept;

    Store& store_;
    const bool asynchronous_;
    const OnLost on_lost_;
    const pid_t owner_;
    const std::shared_ptr<Retries> retries_;
    Snapshot snapshot_;
    std::optional<Job> job_;  ///< with the snapshot: what is not stored yet
    std::future<void> in_flight_;
};

}  // namespace ckptlite::detail
