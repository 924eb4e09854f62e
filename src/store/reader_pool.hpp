// SPDX-License-Identifier: MIT
// Connections for reading: each read in progress has one of its own, and they are kept open for
// the next. Safe from any thread; a Lease must end before its pool.
#pragma once

#include <memory>
#include <mutex>
#include <vector>

#include "db/connection.hpp"

namespace ckptlite::detail {

class ReaderPool {
public:
    /// The file must be there already.
    ReaderPool(std::string file, db::Access access, std::chrono::milliseconds timeout)
        : file_(std::move(file)),
          identity_(db::identity_of(file_)),
          access_(access),
          timeout_(timeout) {}

    class Lease {
    public:
        Lease(ReaderPool& pool, std::unique_ptr<db::Connection> connection)
            : pool_(&pool), connection_(std::move(connection)) {}
        ~Lease() {
            if (connection_) pool_->give_back(std::move(connection_));
        }
        Lease(Lease&&) noexcept = default;
        Lease& operator=(Lease&&) = delete;

        const db::Connection& operator*() const noexcept { return *connection_; }

    private:
        ReaderPool* pool_;
        std::unique_ptr<db::Connection> connection_;
    };

    /// Throws IoError if the file was renamed, deleted or replaced.
    Lease lease();
    void clear();
    /// See Connection::abandon().
    void abandon() noexcept;

private:
    void give_back(std::unique_ptr<db::Connection> connection) noexcept;

    std::string file_;
    db::FileIdentity identity_;
    db::Access access_;
    std::chrono::milliseconds timeout_;
    std::mutex mutex_;
    std::vector<std::unique_ptr<db::Connection>> idle_;
};

}  // namespace ckptlite::detail
