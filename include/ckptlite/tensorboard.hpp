// SPDX-License-Identifier: MIT
// The metric history as event files of TensorBoard, which draws it.
//
// One call on one thread, beside other uses of the store. The store's file is only read, in one
// snapshot, and may be in use. Memory does not grow with the history.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "ckptlite/progress.hpp"
#include "ckptlite/store.hpp"
#include "ckptlite/visibility.hpp"

namespace CKPTLITE_API ckptlite {

struct TensorboardOptions {
    /// By name; none: all.
    std::vector<std::string> runs{};
    /// Bytes of event files.
    OnProgress on_progress{};
};

struct TensorboardReport {
    std::uint64_t runs = 0;     ///< with an event file; those without a metric have none
    std::uint64_t metrics = 0;  ///< of each run
    std::uint64_t values = 0;
    std::uint64_t nbytes = 0;    ///< of all event files
    std::uint64_t infinite = 0;  ///< finite values that are too large for float32
};

/// Makes the folder `out`, for `tensorboard --logdir`, with a folder for each run and in that one
/// event file. Each value of the history is a scalar with the tag "group/label", its step, and the
/// time when it was reported, to the millisecond. TensorBoard's scalars are float32: a value keeps
/// 24 of its 53 bits, one over 3.4e38 becomes infinite, one under 1e-45 becomes 0. NaN and
/// infinities stay what they are.
///
/// A run's folder has its name; a '/' in that makes a folder in a folder. '%', control characters,
/// a '.' at the beginning of a part, and '/' where a part would be empty are written as %XX.
///
/// `out` appears when it is whole and on the disk; until then it has a temporary name beside it,
/// `out`.new-UUID, which stays behind if the process is killed. Throws AlreadyExists if there is
/// something of that name; NotFound for a run that is not there, with the nearest names, and if no
/// run has a metric; Corrupt for a row without a time.
TensorboardReport export_tensorboard(const Store& store, const std::filesystem::path& out,
                                     const TensorboardOptions& options = {});

}  // namespace ckptlite
