// SPDX-License-Identifier: MIT
// Writes of any number, in transactions that the writer's cache can hold. For the connection's
// thread; what was not finished is rolled back.
#pragma once

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
    /// Of a `shared` file, only the last transaction survives a loss of power for certain: what is
    /// written is not visible before.
    explicit BatchedWrites(const db::Connection& connection, FileUse use = FileUse::alone)
        : connection_(connection), use_(use) {
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
        if (use_ == FileUse::shared) db::require_room(connection_, kBatchBytes);
        transaction_.emplace(connection_,
                             use_ == FileUse::shared ? db::Commit::ordered : db::Commit::durable);
    }

    const db::Connection& connection_;
    FileUse use_;
    std::optional<db::WriteTransaction> transaction_;
    std::uint64_t nbytes_ = 0;
};

}  // namespace ckptlite::detail
