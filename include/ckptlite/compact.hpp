// SPDX-License-Identifier: MIT
// What Store::compact will do and has done. Plain values.
//
// A file does not shrink by itself: what is deleted leaves free pages, which later saves use. The
// trees of large checkpoints that retention took away are deleted by later saves only.
#pragma once

#include <cstdint>

#include "ckptlite/visibility.hpp"

namespace CKPTLITE_API ckptlite {

struct CompactPlan {
    std::uint64_t nbytes = 0;          ///< of the file now
    std::uint64_t free_nbytes = 0;     ///< in pages that nothing uses
    std::uint64_t garbage_nbytes = 0;  ///< that can be deleted: no checkpoint has it any more
    /// Disk space it takes on the way, at most: the journal of one step, or in WAL mode a log as
    /// long as what is moved.
    std::uint64_t needed_nbytes = 0;

    /// About what the file will be shorter by.
    std::uint64_t reclaimable() const noexcept { return free_nbytes + garbage_nbytes; }
};

struct CompactReport {
    std::uint64_t nbytes_before = 0;
    std::uint64_t nbytes_after = 0;
    std::uint64_t garbage_nbytes = 0;  ///< encoded bytes that were deleted
    std::uint64_t free_nbytes = 0;     ///< free pages that are left, since somebody wrote meanwhile
};

}  // namespace ckptlite
