// SPDX-License-Identifier: MIT
// Logged metrics on their way to the file: a buffer, and a thread that empties it every so often,
// so that a training loop never waits for the disk or for somebody's slow SELECT.
//
// add() and flush() are safe from any thread. The writer must outlive the log and may be called
// from the log's thread.
#pragma once

#include <chrono>
#include <condition_variable>
#include <exception>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "ckptlite/metrics.hpp"

namespace ckptlite::detail {

struct LoggedMetric {
    std::string run;
    MetricName metric;
    std::int64_t step = 0;
    double value = 0;
    std::chrono::system_clock::time_point at{};
};

class MetricLog {
public:
    /// `write` makes rows durable in one transaction, or throws and has written none.
    using Write = std::function<void(const std::vector<LoggedMetric>&)>;

    MetricLog(std::size_t buffer, std::chrono::milliseconds interval, Write write)
        : buffer_(buffer), interval_(interval), write_(std::move(write)) {}
    /// Stops the thread; what is still buffered is dropped: flush() first.
    ~MetricLog();
    MetricLog(const MetricLog&) = delete;
    MetricLog& operator=(const MetricLog&) = delete;

    /// Throws what the last write in the background threw, once; the rows stay buffered.
    void add(std::vector<LoggedMetric> rows);
    void flush();

    /// Held as long as somebody may drain(): nobody else writes meanwhile, so that values reach the
    /// file in the order they were logged.
    std::unique_lock<std::mutex> turn() { return std::unique_lock(turn_); }
    /// What is buffered now goes to `write`; if that throws, it is buffered again.
    template <typename Write>
    void drain(Write write) {
        std::vector<LoggedMetric> rows = take();
        try {
            write(std::as_const(rows));
        } catch (...) {
            give_back(std::move(rows));
            throw;
        }
    }

    /// In a child after fork() the thread does not exist: forget it without joining.
    void abandon() noexcept;

private:
    void run();
    void write_rows();
    std::vector<LoggedMetric> take();
    void give_back(std::vector<LoggedMetric> rows);

    const std::size_t buffer_;
    const std::chrono::milliseconds interval_;
    const Write write_;
    std::mutex turn_;  // whoever takes rows out to write them; locked before mutex_
    std::mutex mutex_;
    std::condition_variable wake_;
    std::vector<LoggedMetric> rows_;
    std::exception_ptr failure_;
    bool stopping_ = false;
    std::thread thread_;
};

}  // namespace ckptlite::detail
