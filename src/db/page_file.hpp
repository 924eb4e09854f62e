// SPDX-License-Identifier: MIT
// A second handle on the database file of a connection, opened through SQLite's VFS, which knows
// that closing it must not end the locks that other handles of the process hold.
//
// It takes no lock itself: what it reads stands still only while the connection is in a
// transaction. For one thread at a time, which need not be the connection's.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "db/connection.hpp"

struct sqlite3_file;

namespace ckptlite::db {

class PageFile {
public:
    /// If the file cannot be opened once more, nothing can be read. Throws nothing but bad_alloc.
    /// The connection must outlive it.
    explicit PageFile(const Connection& connection);
    ~PageFile();
    PageFile(const PageFile&) = delete;
    PageFile& operator=(const PageFile&) = delete;

    /// False if not all of `out` could be filled, which then holds anything.
    bool read(std::uint64_t at, std::span<std::byte> out) noexcept;

private:
    // As the VFS wants it: so many bytes, in which it makes its own object.
    std::unique_ptr<std::byte[]> memory_;
    sqlite3_file* file_ = nullptr;
};

}  // namespace ckptlite::db
