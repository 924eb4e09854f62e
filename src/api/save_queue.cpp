// SPDX-License-Identifier: MIT
#include "api/save_queue.hpp"

#include <unistd.h>

#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <mutex>
#include <utility>

#include "ckptlite/error.hpp"

namespace ckptlite::detail {
namespace {

/// Between two attempts of a save, each of which encodes the tree anew.
constexpr std::chrono::seconds kPause(1);

bool goes_away(const Error& error) noexcept {
    return error.code() == ErrorCode::busy || error.code() == ErrorCode::disk_full;
}

}  // namespace

struct SaveQueue::Retries {
    std::mutex mutex;
    std::condition_variable changed;
    bool last = false;  ///< somebody waits: the next attempt that begins is the last one
    bool stop = false;  ///< not even that

    void set(bool is_last, bool is_stop) {
        {
            const std::scoped_lock lock(mutex);
            last = is_last;
            stop = is_stop;
        }
        changed.notify_all();
    }
    bool is_last() {
        const std::scoped_lock lock(mutex);
        return last;
    }
    /// Between two attempts; whether there shall be another.
    bool pause() {
        std::unique_lock lock(mutex);
        changed.wait_for(lock, kPause, [this] { return last || stop; });
        return !stop;
    }
};

SaveQueue::SaveQueue(Store& store, bool asynchronous, OnLost on_lost)
    : store_(store),
      asynchronous_(asynchronous),
      on_lost_(std::move(on_lost)),
      owner_(::getpid()),
      retries_(std::make_shared<Retries>()) {}

SaveQueue::~SaveQueue() {
    if (!in_flight_.valid()) return;
    if (owner_ != ::getpid()) {
        // Destroying the future would join a thread that only the parent has.
        static_cast<void>(std::make_unique<std::future<void>>(std::move(in_flight_)).release());
        return;
    }
    try {
        try_again();
        settle();
        if (in_flight_.valid()) in_flight_.get();
    } catch (const std::exception& error) {
        report_loss(error.what());
    }
}

void SaveQueue::report_loss(const char* why) const noexcept {
    const SaveOptions& lost = job_->options;
    if (!on_lost_) {
        std::fprintf(stderr,
                     "ckptlite: a background save failed, step %lld of run '%s' is lost: %s\n",
                     static_cast<long long>(lost.step), lost.run.c_str(), why);
        return;
    }
    try {
        on_lost_({.run = lost.run, .step = lost.step, .what = why});
    } catch (...) {  // we are in a destructor
    }
}

void SaveQueue::save(const Tree& tree, const SaveOptions& options, std::function<void()> saved) {
    wait();
    if (!asynchronous_) {
        store_.save(tree, options);
        saved();
        return;
    }
    snapshot_.take(tree);
    job_ = Job{options, std::move(saved)};
    start();
}

void SaveQueue::start() {
    retries_->set(false, false);
    in_flight_ = std::async(std::launch::async, [this, retries = retries_] { run(*retries); });
}

void SaveQueue::run(Retries& retries) const {
    for (;;) {
        const bool last = retries.is_last();
        try {
            store_.save(snapshot_.tree(), job_->options);
            break;
        } catch (const Error& error) {
            if (last || !goes_away(error) || !retries.pause()) throw;
        }
    }
    job_->saved();
}

void SaveQueue::finish() {
    in_flight_.get();
    job_.reset();
}

void SaveQueue::try_again() {
    if (in_flight_.wait_for(std::chrono::seconds(0)) != std::future_status::ready) return;
    try {
        finish();
    } catch (const Error& error) {
        if (!goes_away(error)) throw;
        start();
    }
}

void SaveQueue::wait() {
    check_process();
    if (!in_flight_.valid()) return;
    try_again();
    settle();
    if (!in_flight_.valid()) return;
    try {
        finish();
    } catch (const Error& error) {
        if (goes_away(error)) start();
        throw;
    }
}

void SaveQueue::settle() const {
    check_process();
    if (!in_flight_.valid()) return;
    retries_->set(true, false);
    in_flight_.wait();
}

bool SaveQueue::discard() {
    check_process();
    if (!in_flight_.valid()) return false;
    retries_->set(false, true);
    try {
        finish();
        return false;
    } catch (const std::exception&) {
        job_.reset();
        snapshot_.clear();
        return true;
    }
}

void SaveQueue::check_process() const {
    if (owner_ != ::getpid())
        throw WrongProcess(
            "The writer was made before fork(): make a new one in the child process.",
            {.file = store_.file().string()});
}

}  // namespace ckptlite::detail
