// SPDX-License-Identifier: MIT
// Many files into one.
//
// One call on one thread. The files that are merged are only read, each in one snapshot, and may be
// in use; so may the one that they are merged into.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "ckptlite/progress.hpp"
#include "ckptlite/visibility.hpp"

namespace CKPTLITE_API ckptlite {

struct MergeOptions {
    /// The files may be symbolic links.
    bool follow_symlinks = false;
    OnProgress on_progress{};
};

/// Something that was settled by a rule.
struct MergeNote {
    std::string where;  ///< "run 'default'"
    std::string what;   ///< "in b.db: is now 'default~1a2b3c4d', since another run has its name"
};

/// What was added to the file. All zero: nothing in it has changed, not a byte.
struct MergeReport {
    std::uint64_t runs = 0;
    std::uint64_t checkpoints = 0;
    std::uint64_t metrics = 0;  ///< values of the metric history, new or reported later
    std::uint64_t updated = 0;  ///< runs and checkpoints it had of which something has changed
    std::uint64_t nbytes = 0;   ///< of tensor data, encoded, that it did not have
    std::uint64_t known_checkpoints = 0;  ///< of `ins` that it had, or an earlier one
    std::vector<MergeNote> notes{};
    bool nothing_new() const noexcept {
        return runs == 0 && checkpoints == 0 && metrics == 0 && updated == 0;
    }
};

/// Adds to `out` the runs, checkpoints and metric histories of `ins`; makes `out` if it does not
/// exist. Trees and chunks are shared by digest, encoded data is copied as it is.
///
/// * Runs are the same if their UUIDs are. A new run whose name is taken gets the name
///   "NAME~" + the first 8 digits of its UUID. Of a run that several files have, the name is the
///   first one's; config, end and parent are those of the file in which it was active last.
/// * Checkpoints of the same run, prefix and step are the same if their trees, metrics, version and
///   loss are; a pin of either stays, its tags, and a note unless there is one. If they differ,
///   AlreadyExists names them, and nothing is written. A tag stays with the first that has it.
/// * Of two values of the history for one step, the one reported later stands.
///
/// All of it becomes visible in one last transaction: whenever it ends before, by an error or a
/// kill, `out` holds what it held, and the next merge uses what has been copied. A new file appears
/// when it is whole; see salvage(). Throws InvalidArgument if `out` is among `ins` or one is there
/// twice, Corrupt if anything that is to be copied is damaged.
MergeReport merge(const std::filesystem::path& out, std::span<const std::filesystem::path> ins,
                  const MergeOptions& options = {});

}  // namespace ckptlite
