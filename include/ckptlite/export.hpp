// SPDX-License-Identifier: MIT
// One checkpoint as a file of another program's format.
//
// One call on one thread, beside other uses of the store. The store's file is only read, in one
// snapshot, and may be in use. Memory is bounded by the tree's structure and some tens of MiB, not
// by the size of its tensors.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "ckptlite/file_format.hpp"
#include "ckptlite/progress.hpp"
#include "ckptlite/store.hpp"
#include "ckptlite/visibility.hpp"

namespace CKPTLITE_API ckptlite {

struct ExportOptions {
    /// Nothing: by the ending of the name of `out`.
    std::optional<FileFormat> format{};
    /// Only what is below this path, such as "/model_params", which is then the tree; "" is all.
    std::string root{};
    /// Between the parts of a name. Nothing: "." for safetensors, "/" for npz.
    std::optional<std::string> separator{};
    /// Whether what the format cannot hold is changed into what it can; docs/FORMATS.md has the
    /// table. Otherwise it is refused.
    bool convert = false;
    /// npz: compressed with deflate.
    bool compress = false;
    /// Bytes of leaves, decoded.
    OnProgress on_progress{};
};

struct ExportReport {
    CheckpointInfo checkpoint{};
    FileFormat format = FileFormat::safetensors;
    std::uint64_t tensors = 0;
    std::uint64_t nbytes = 0;  ///< of the new file
    /// What was converted, one line each: "/opt/count: an int becomes a 0-d int64".
    std::vector<std::string> changes{};
};

/// Writes the checkpoint to `out`, which appears when it is whole and on the disk; until then it
/// has a temporary name beside it, `out`.new-UUID, which stays behind if the process is killed.
/// Throws AlreadyExists if there is something of that name; NotFound if the checkpoint is gone or
/// has nothing at `root`; TypeError that lists all that the format cannot hold, unless `convert`;
/// InvalidArgument for two leaves that would have one name, for a name that the format does not
/// allow, and for a format that is not known; Corrupt, which names the leaf, if its data are
/// damaged.
ExportReport export_checkpoint(const Store& store, const CheckpointInfo& checkpoint,
                               const std::filesystem::path& out, const ExportOptions& options = {});

}  // namespace ckptlite
