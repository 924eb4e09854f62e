// SPDX-License-Identifier: MIT
#include "base/worker_pool.hpp"

#include <algorithm>
#include <string>
#include <system_error>

#include "ckptlite/error.hpp"

namespace ckptlite {

WorkerPool::WorkerPool(unsigned threads)
    : size_(threads != 0 ? threads : std::max(1U, std::thread::hardware_concurrency())) {}

WorkerPool::~WorkerPool() {
    {
        const std::scoped_lock lock(mutex_);
        stopping_ = true;
    }
    wake_.notify_all();
    for (std::thread& thread : threads_) thread.join();
}

void WorkerPool::enqueue(std::function<void()> job) {
    {
        const std::scoped_lock lock(mutex_);
        if (threads_.empty()) start();
        jobs_.push_back(std::move(job));
    }
    wake_.notify_one();
}

void WorkerPool::start() {
    try {
        threads_.reserve(size_);
        while (threads_.size() < size_) threads_.emplace_back([this] { run(); });
    } catch (const std::system_error& error) {
        // Fewer threads do the same work.
        if (threads_.empty()) {
            throw IoError(std::string("no thread could be started: ") + error.what());
        }
    }
}

void WorkerPool::run() {
    for (;;) {
        std::function<void()> job;
        {
            std::unique_lock lock(mutex_);
            wake_.wait(lock, [this] { return stopping_ || !jobs_.empty(); });
            if (jobs_.empty()) return;
            job = std::move(jobs_.front());
            jobs_.pop_front();
        }
        job();
    }
}

void WorkerLane::enqueue(std::function<void()> job) {
    const std::scoped_lock lock(state_->mutex);
    state_->jobs.push_back(std::move(job));
    if (state_->idle == 0) return;
    try {
        pool_.enqueue([state = state_] { run(*state); });
    } catch (...) {
        // The caller is told that it will not run. Nobody has taken it: the lock is ours.
        state_->jobs.pop_back();
        throw;
    }
    --state_->idle;
}

bool WorkerLane::run_next(State& state) {
    std::function<void()> job;
    {
        const std::scoped_lock lock(state.mutex);
        if (state.jobs.empty()) return false;
        job = std::move(state.jobs.front());
        state.jobs.pop_front();
    }
    job();
    return true;
}

void WorkerLane::run(State& state) {
    for (;;) {
        if (run_next(state)) continue;
        const std::scoped_lock lock(state.mutex);
        if (state.jobs.empty()) {
            ++state.idle;
            return;
        }
    }
}

}  // namespace ckptlite
