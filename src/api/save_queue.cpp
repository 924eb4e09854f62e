// SPDX-License-Identifier: MIT
#include "api/save_queue.hpp"

#include <unistd.h>

#include <cstdio>
#include <memory>
#include <utility>

#include "ckptlite/error.hpp"

namespace ckptlite::detail {

SaveQueue::SaveQueue(Store& store, bool asynchronous)
    : store_(store), asynchronous_(asynchronous), owner_(::getpid()) {}

SaveQueue::~SaveQueue() {
    if (!in_flight_.valid()) return;
    if (owner_ != ::getpid()) {
        // Destroying the future would join a thread that only the parent has.
        static_cast<void>(std::make_unique<std::future<void>>(std::move(in_flight_)).release());
        return;
    }
    try {
        in_flight_.get();
    } catch (const std::exception& error) {
        std::fprintf(stderr, "ckptlite: a background save failed: %s\n", error.what());
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
    in_flight_ = std::async(std::launch::async, [this, options, saved = std::move(saved)] {
        store_.save(snapshot_.tree(), options);
        saved();
    });
}

void SaveQueue::wait() {
    check_process();
    if (in_flight_.valid()) in_flight_.get();
}

void SaveQueue::settle() const {
    check_process();
    if (in_flight_.valid()) in_flight_.wait();
}

void SaveQueue::check_process() const {
    if (owner_ != ::getpid())
        throw WrongProcess(
            "The writer was made before fork(): make a new one in the child process.",
            {.file = store_.file().string()});
}

}  // namespace ckptlite::detail
