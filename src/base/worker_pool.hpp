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
    auto submit(Task task) -> std::future<decltype(task())> {
        // std::function copies its target; a packaged_task can only be moved.
        auto job = std::make_shared<std::packaged_task<decltype(task())()>>(std::move(task));
        auto result = job->get_future();
        enqueue([job] { (*job)(); });
        return result;
    }

private:
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

}  // namespace ckptlite
