// SPDX-License-Identifier: MIT
// Trees that nobody can see any more: half-written ones whose writer is gone, and large ones that
// retention has retired. A save deletes them bit by bit, as much as it writes.
//
// Not all at once, for two reasons. SQLite looks through its list of free pages for each page it
// takes, so writing a gigabyte into a gigabyte of free pages costs a third more than writing it
// into a list that never grows long. And a large delete would lock readers out.
//
// Runs on the writer connection's thread.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <utility>

#include "db/connection.hpp"

namespace ckptlite::detail {

/// Encoded bytes from which a tree that goes in a save is retired instead of deleted in it.
inline constexpr std::uint64_t kRetiredTreeBytes = 64 << 20;

class Garbage {
public:
    /// Finds what there is now; takes no lock. `token` is this store's, see writer_identity().
    Garbage(const db::Connection& writer, const std::string& token);

    bool empty() const noexcept { return trees_.empty(); }
    /// Stored bytes that all of it takes, but for those that two of the trees share.
    std::uint64_t nbytes() const;

    /// In a transaction of the caller, after what it inserts: frees as much as was `written` there,
    /// and twice that if crashes have left more than one tree. Only whole chunks can go: what that
    /// frees too much, the next call frees less, so that the list of free pages stays as it is.
    void keep_up(std::uint64_t written);
    /// In a transaction of the caller: frees `nbytes` stored bytes, or up to a chunk more. Returns
    /// how many.
    std::uint64_t collect(std::uint64_t nbytes);
    /// In transactions of its own, which get smaller where the disk has no room for a journal:
    /// frees everything.
    void collect_all();

private:
    const db::Connection& writer_;
    std::deque<std::pair<std::int64_t, std::string>> trees_;  // id and staged_by
    std::uint64_t due_ = 0;                                   // what keep_up() was to free
    std::uint64_t freed_ = 0;                                 // what it did
};

/// Frees all there is as well as it can: what stays behind, the next save collects.
void collect_garbage(const db::Connection& writer, const std::string& token) noexcept;

}  // namespace ckptlite::detail
