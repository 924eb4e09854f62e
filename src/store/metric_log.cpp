// SPDX-License-Identifier: MIT
#include "store/metric_log.hpp"

#include <iterator>
#include <utility>

namespace ckptlite::detail {

MetricLog::~MetricLog() {
    {
        const std::scoped_lock lock(mutex_);
        stopping_ = true;
    }
    wake_.notify_all();
    if (thread_.joinable()) thread_.join();
}

void MetricLog::add(std::vector<LoggedMetric> rows) {
    std::unique_lock lock(mutex_);
    std::move(rows.begin(), rows.end(), std::back_inserter(rows_));
    if (buffer_ <= 1) return write_rows(lock);
    if (!thread_.joinable()) thread_ = std::thread([this] { run(); });
    if (rows_.size() >= buffer_) wake_.notify_all();
    if (failure_) std::rethrow_exception(std::exchange(failure_, nullptr));
}

void MetricLog::flush() {
    std::unique_lock lock(mutex_);
    failure_ = nullptr;  // the attempt that follows says what is wrong now
    write_rows(lock);
}

std::vector<LoggedMetric> MetricLog::take() {
    const std::scoped_lock lock(mutex_);
    return std::exchange(rows_, {});
}

void MetricLog::give_back(std::vector<LoggedMetric> rows) {
    const std::scoped_lock lock(mutex_);
    // In front: a later value for the same step must still be written last.
    rows_.insert(rows_.begin(), std::make_move_iterator(rows.begin()),
                 std::make_move_iterator(rows.end()));
}

void MetricLog::abandon() noexcept {
    if (thread_.joinable()) thread_.detach();
}

void MetricLog::write_rows(std::unique_lock<std::mutex>& lock) {
    lock.unlock();
    const auto turn = this->turn();  // waits for a write in progress: its rows count as flushed
    std::vector<LoggedMetric> rows = take();
    try {
        if (!rows.empty()) write_(rows);
    } catch (...) {
        give_back(std::move(rows));
        lock.lock();
        throw;
    }
    lock.lock();
}

void MetricLog::run() {
    std::unique_lock lock(mutex_);
    while (!stopping_) {
        wake_.wait_for(lock, interval_, [this] { return stopping_ || rows_.size() >= buffer_; });
        if (stopping_ || rows_.empty()) continue;
        try {
            write_rows(lock);
            failure_ = nullptr;
        } catch (...) {
            failure_ = std::current_exception();
            // With the buffer still full the wait above would not wait.
            wake_.wait_for(lock, interval_, [this] { return stopping_; });
        }
    }
}

}  // namespace ckptlite::detail
