// SPDX-License-Identifier: MIT
// A few threads that run tasks in the order they were given; they start with the first task.
// submit() may be called from any thread; the destructor runs what is still queued and joins.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

namespace ckptlite {

class WorkerPool {
public:
    /// 0 threads means the machine's number of processors.
    explicit WorkerPool(unsigned threads);
    ~WorkerPool();
    WorkerPool(const WorkerPool&) = delete;
    WorkerPool& operator=(const WorkerPool&) = delete;

    std::size_t size() const noexcept { return size_; }

    /// The future carries what the task returns or throws. Throws IoError if not one thread could
    /// be started.
    template <typename Task>
    auto submit(Task task) {
        auto [job, result] = packaged(std::move(task));
        enqueue(job);
        return std::move(result);
    }

private:
    friend class WorkerLane;

    /// A job that may be copied, as std::function wants it, and the future of what it gives. If the
    /// job will never run, the future has to go first: a task that goes before it tells it so,
    /// which takes memory, and ends the program if there is none.
    template <typename Task>
    static auto packaged(Task task) {
        using Result = decltype(task());
        auto job = std::make_shared<std::packaged_task<Result()>>(std::move(task));
        auto result = job->get_future();
        return std::pair<std::function<void()>, std::future<Result>>([job] { (*job)(); },
                                                                     std::move(result));
    }

    void enqueue(std::function<void()> job);
    void start();
    void run();

    const std::size_t size_;
    std::mutex mutex_;
    std::condition_variable wake_;
    std::deque<std::function<void()>> jobs_;
    bool stopping_ = false;
    std::vector<std::thread> threads_;
};

/// Tasks of which at most so many run at once, in the order they were given, on threads of a pool:
/// the other threads are left to others. The pool must outlive the lane.
class WorkerLane {
public:
    WorkerLane(WorkerPool& pool, std::size_t most)
        : pool_(pool), state_(std::make_shared<State>()) {
        state_->idle = most;
    }

    template <typename Task>
    auto submit(Task task) {
        auto [job, result] = WorkerPool::packaged(std::move(task));
        enqueue(job);
        return std::move(result);
    }

    /// Runs the next task that no thread has begun; false if there is none.
    bool help() { return run_next(*state_); }

private:
    struct State {
        std::mutex mutex;
        std::deque<std::function<void()>> jobs;
        std::size_t idle = 0;  // of those that may run
    };

    void enqueue(std::function<void()> job);
    static bool run_next(State& state);
    static void run(State& state);

    WorkerPool& pool_;
    std::shared_ptr<State> state_;  // a thread that ran the last job looks at it once more
};

}  // namespace ckptlite
