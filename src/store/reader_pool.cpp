// SPDX-License-Identifier: MIT
#include "store/reader_pool.hpp"

namespace ckptlite::detail {

ReaderPool::Lease ReaderPool::lease() {
    db::check_in_place(file_, identity_);
    std::unique_ptr<db::Connection> connection;
    {
        const std::scoped_lock lock(mutex_);
        if (!idle_.empty()) {
            connection = std::move(idle_.back());
            idle_.pop_back();
        }
    }
    if (!connection) {
        connection = std::make_unique<db::Connection>(file_, access_, timeout_);
        db::check_in_place(file_, identity_);  // it may have been replaced just before
    }
    return {*this, std::move(connection)};
}

void ReaderPool::clear() {
    const std::scoped_lock lock(mutex_);
    idle_.clear();
}

void ReaderPool::abandon() noexcept {
    for (auto& connection : idle_) {
        connection->abandon();
        static_cast<void>(connection.release());
    }
}

void ReaderPool::give_back(std::unique_ptr<db::Connection> connection) noexcept {
    constexpr std::size_t kKept = 16;
    try {
        const std::scoped_lock lock(mutex_);
        if (idle_.size() < kKept) idle_.push_back(std::move(connection));
    } catch (...) {
        // Out of memory for the list: the connection is closed instead of kept.
    }
}

}  // namespace ckptlite::detail
