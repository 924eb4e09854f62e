// SPDX-License-Identifier: MIT
// What a merge adds to a file, found from the rows of all files before anything is written. Pure:
// rows in, a plan out; any thread.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "base/digest.hpp"
#include "ckptlite/merge.hpp"
#include "ckptlite/records.hpp"

namespace ckptlite::detail {

/// What a file says of itself. Its trees are known by their digests.
struct MergeSource {
    struct Checkpoint {
        CheckpointInfo info{};
        Digest tree{};
    };
    std::string file{};
    std::vector<RunInfo> runs{};
    std::vector<Checkpoint> checkpoints{};
    /// The last time that the file has of a run, its start at least. Asked for only if files
    /// differ in what they say of it.
    std::function<std::string(const RunInfo&)> last_active{};
};

struct PlannedRun {
    RunInfo run{};  ///< as it will be; its id is that in the destination, 0 if it is new
    std::string parent_uuid{};  ///< empty: none
    bool changed = false;       ///< the destination has it, but not like this
};

struct PlannedCheckpoint {
    std::size_t source = 0;  ///< which has it; what is said of it is all but pin and note of there
    MergeSource::Checkpoint checkpoint{};  ///< its tags are those that it gets
    std::string run_uuid{};
    bool changed = false;  ///< the destination has it, with another pin or note, or less tags
};

struct MergePlan {
    std::vector<PlannedRun> runs{};                ///< all, those of the destination first
    std::vector<PlannedCheckpoint> checkpoints{};  ///< that are new or changed
    std::uint64_t known_checkpoints = 0;
    std::vector<MergeNote> notes{};
};

/// The first source is the destination. Throws AlreadyExists that names every conflict.
MergePlan plan_merge(std::span<const MergeSource* const> sources);

}  // namespace ckptlite::detail
