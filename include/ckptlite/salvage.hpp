// SPDX-License-Identifier: MIT
// A new file with what is whole in a damaged one.
//
// One call on one thread. The damaged file is only read, in one snapshot, and may be in use.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "ckptlite/progress.hpp"
#include "ckptlite/visibility.hpp"

namespace CKPTLITE_API ckptlite {

struct SalvageOptions {
    /// The damaged file may be a symbolic link. The new one never replaces anything.
    bool follow_symlinks = false;
    OnProgress on_progress{};
};

struct SalvageLoss {
    std::string where;  ///< "run 'default', prefix 'checkpoint', step 300", "metrics", ...
    std::string what;   ///< what is lost and why
};

/// What is in the new file, and what is not.
struct SalvageReport {
    std::uint64_t runs = 0;
    std::uint64_t checkpoints = 0;
    std::uint64_t metrics = 0;  ///< values of the metric history
    std::uint64_t nbytes = 0;   ///< of tensor data, decoded
    std::uint64_t lost_checkpoints = 0;
    std::uint64_t lost_metrics =
        0;  ///< that were seen; there may be more where rows are unreadable
    std::vector<SalvageLoss> losses{};
    bool complete() const noexcept { return losses.empty(); }
};

/// Writes to `out` the runs, the checkpoints all of whose bytes match their digests, and the metric
/// history of `in`. Encoded data is copied as it is; statistics and sizes are computed anew. A
/// field of a run or a checkpoint that is damaged, and that a row can be without, is left out. All
/// that is lost is listed; nothing is made up.
///
/// `in` may lack what is not needed (indexes, views, the metric table, the application id) and a
/// part at its end, and have more tables than its own, such as those of the sqlite3 shell's
/// `.recover`. Throws NotACheckpointFile, which says what to try, if it lacks a table that is;
/// NeedsRecovery if a write was interrupted; UnsupportedVersion if it needs a feature this library
/// does not have.
///
/// `out` appears when it is whole and on the disk; until then it has a temporary name beside it,
/// `out`.new-UUID, which stays behind if the process is killed. Throws AlreadyExists if there is
/// something of that name, a symbolic link, too.
SalvageReport salvage(const std::filesystem::path& in, const std::filesystem::path& out,
                      const SalvageOptions& options = {});

}  // namespace ckptlite
