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
    if (buffer_ <= 1) {
        lock.unlock();
        return write_rows();
    }
    if (!thread_.joinable()) thread_ = std::thread([this] { run(); });
    if (rows_.size() >= buffer_) wake_.notify_all();
    if (failure_) std::rethrow_exception(std::exchange(failure_, nullptr));
}

void MetricLog::flush() {
    {
        const std::scoped_lock lock(mutex_);
        failure_ = nullptr;  // the attempt that follows says what is wrong now
    }
    write_rows();
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

void MetricLog::write_rows() {
    const auto turn = this->turn();  // waits for a write in progress: its rows count as flushed
    drain([this](const auto& rows) {
        if (!rows.empty()) write_(rows);
    });
}

void MetricLog::run() {
    std::unique_lock lock(mutex_);
    while (!stopping_) {
        wake_.wait_for(lock, interval_, [this] { return stopping_ || rows_.size() >= buffer_; });
        if (stopping_ || rows_.empty()) continue;
        lock.unlock();
        std::exception_ptr failure;
        try {
            write_rows();
        } catch (...) {
            failure = std::current_exception();
        }
        lock.lock();
        failure_ = failure;
        // With the buffer still full the wait above would not wait.
        if (failure_) wake_.wait_for(lock, interval_, [this] { return stopping_; });
    }
}

}  // namespace ckptlite::detail
