// SPDX-License-Identifier: MIT
// One checkpoint as a file of its own.
//
// One call on one thread, beside other uses of the store. The store's file is only read, in one
// snapshot, and may be in use.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "ckptlite/progress.hpp"
#include "ckptlite/store.hpp"
#include "ckptlite/visibility.hpp"

namespace CKPTLITE_API ckptlite {

struct ExtractOptions {
    /// Only the leaves whose path matches, with the rules of Store::load(checkpoint, pattern).
    std::optional<std::string> only{};
    /// The metric history of the run, too.
    bool history = true;
    OnProgress on_progress{};
};

struct ExtractReport {
    CheckpointInfo checkpoint{};  ///< as it is in the new file
    std::uint64_t metrics = 0;    ///< values of the metric history in it
    std::uint64_t nbytes = 0;     ///< of the new file
};

/// Writes to `out` the checkpoint with all that is said of it (metrics, note, pin, tags, times),
/// its run with its UUID, config and metric history, and the runs that this one was forked from,
/// without theirs: merge() puts it back where it came from. Encoded data is copied as it is, and
/// compared with its digest.
///
/// `out` appears when it is whole and on the disk; until then it has a temporary name beside it,
/// `out`.new-UUID, which stays behind if the process is killed. Throws AlreadyExists if there is
/// something of that name; NotFound if the checkpoint is gone or no leaf matches; Corrupt, which
/// names the leaf, if anything that is to be copied is damaged.
ExtractReport extract(const Store& store, const CheckpointInfo& checkpoint,
                      const std::filesystem::path& out, const ExtractOptions& options = {});

}  // namespace ckptlite
