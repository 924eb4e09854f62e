// SPDX-License-Identifier: MIT
// Writes of any number, in transactions that the writer's cache can hold. For the connection's
// thread; what was not finished is rolled back.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>
#include <thread>

#include "db/disk_space.hpp"
#include "db/transaction.hpp"

namespace ckptlite::detail {

/// Another process asks for the write lock every 5 ms: it gets it between two of our transactions
/// if we rest for so long.
inline constexpr std::chrono::milliseconds kTurnOfOthers{6};

/// Whether others use the file meanwhile.
enum class FileUse : bool { alone, shared };

class BatchedWrites {
public:
    explicit BatchedWrites(const db::Connection& connection) : connection_(connection) { begin(); }
    /// About `nbytes` will be written. To a shared file that is invisible until some later
    /// transaction, so none of these survives a loss of power for certain.
    BatchedWrites(const db::Connection& connection, FileUse use, std::uint64_t nbytes)
        : connection_(connection), use_(use), left_(nbytes) {
        begin();
    }

    /// After so many bytes were written; no blob is open now.
    void wrote(std::uint64_t nbytes) {
        nbytes_ += nbytes;
        if (nbytes_ < kBatchBytes) return;
        finish();
        if (use_ == FileUse::shared) std::this_thread::sleep_for(kTurnOfOthers);
        begin();
    }
    void finish() {
        transaction_->commit();
        transaction_.reset();
        nbytes_ = 0;
    }

private:
    static constexpr std::uint64_t kBatchBytes = 16 << 20;

    void begin() {
        if (use_ == FileUse::shared) {
            db::require_room(connection_, std::min(left_, kBatchBytes));
            left_ -= std::min(left_, kBatchBytes);
        }
        transaction_.emplace(connection_,
                             use_ == FileUse::shared ? db::Commit::ordered : db::Commit::durable);
    }

    const db::Connection& connection_;
    const FileUse use_ = FileUse::alone;
    std::uint64_t left_ = 0;
    std::optional<db::WriteTransaction> transaction_;
    std::uint64_t nbytes_ = 0;
};

}  // namespace ckptlite::detail
