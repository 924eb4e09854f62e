// SPDX-License-Identifier: MIT
// Transactions as scopes: what is not committed is rolled back. For the connection's thread.
#pragma once

#include "db/connection.hpp"

namespace ckptlite::db {

enum class Commit {
    durable,  ///< survives a loss of power once commit() has returned
    ordered,  ///< may be undone by one until the next durable commit; saves a sync of the folder
};

/// Takes the write lock at once, so that nothing read inside can be outdated at the commit.
class WriteTransaction {
public:
    /// Throws UnsupportedVersion if the file's format is newer than ours by now.
    explicit WriteTransaction(const Connection& connection, Commit commit = Commit::durable);
    ~WriteTransaction();
    WriteTransaction(const WriteTransaction&) = delete;
    WriteTransaction& operator=(const WriteTransaction&) = delete;

    /// On failure the destructor rolls back.
    void commit();

private:
    const Connection& connection_;
};

/// One snapshot for several queries. Nests: inside another transaction it does nothing.
class ReadTransaction {
public:
    explicit ReadTransaction(const Connection& connection);
    ~ReadTransaction();
    ReadTransaction(const ReadTransaction&) = delete;
    ReadTransaction& operator=(const ReadTransaction&) = delete;

private:
    const Connection& connection_;
    bool outermost_;
};

}  // namespace ckptlite::db
