// SPDX-License-Identifier: MIT
// Writes of any number, in transactions that the writer's cache can hold. For the connection's
// thread; what was not finished is rolled back.
#pragma once

#include <cstdint>
#include <optional>

#include "db/transaction.hpp"

namespace ckptlite::detail {

class BatchedWrites {
public:
    explicit BatchedWrites(const db::Connection& connection) : connection_(connection) {
        transaction_.emplace(connection_);
    }

    /// After so many bytes were written; no blob is open now.
    void wrote(std::uint64_t nbytes) {
        nbytes_ += nbytes;
        if (nbytes_ < kBatchBytes) return;
        finish();
        transaction_.emplace(connection_);
    }
    void finish() {
        transaction_->commit();
        transaction_.reset();
        nbytes_ = 0;
    }

private:
    static constexpr std::uint64_t kBatchBytes = 16 << 20;
    const db::Connection& connection_;
    std::optional<db::WriteTransaction> transaction_;
    std::uint64_t nbytes_ = 0;
};

}  // namespace ckptlite::detail
