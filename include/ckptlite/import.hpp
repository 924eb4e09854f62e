// SPDX-License-Identifier: MIT
// A new checkpoint from files of other programs.
//
// One call on one thread, beside other uses of the store. Nothing of a file is executed or
// unpickled. Whatever the files hold, the answer is what they say or an Error; memory is bounded by
// their names and shapes and some tens of MiB, not by the size of their tensors.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "ckptlite/file_format.hpp"
#include "ckptlite/progress.hpp"
#include "ckptlite/store.hpp"
#include "ckptlite/visibility.hpp"

namespace CKPTLITE_API ckptlite {

struct ImportOptions {
    /// Of all files; nothing: by the ending of each one's name.
    std::optional<FileFormat> format{};
    /// Run, prefix, step and what is said of the checkpoint. An empty note becomes one that names
    /// the files.
    SaveOptions save{};
    /// Where names are split into nested dicts: "encoder.0.weight" becomes /encoder/0/weight. ""
    /// keeps names in one piece. Nothing: "." for safetensors, "/" for npz.
    std::optional<std::string> separator{};
    /// Keeps what a file says beside its tensors, such as __metadata__ of safetensors, as strings
    /// below /__metadata__.
    bool metadata = true;
    /// msgpack: a map with the keys "0", "1", ... becomes a list. Flax writes lists and tuples so.
    bool infer_lists = true;
    /// Bytes of leaves, decoded.
    OnProgress on_progress{};
};

struct ImportReport {
    CheckpointInfo checkpoint{};
    /// Sentences about what is not as it was in the files.
    std::vector<std::string> changes{};
    /// Paths of lists that were maps in the file.
    std::vector<std::string> inferred_lists{};
};

/// Saves what all `files` hold together as one checkpoint. An .npy is the leaf that is named as the
/// file is, without its ending.
/// Throws NotFound for a file that is not there; Corrupt that says what is wrong in which file and
/// tensor; InvalidArgument for what ckptlite has no place for, for names that two files have, and
/// for a format that is not known; IoError for a file that became shorter meanwhile; and what
/// Store::save throws.
ImportReport import_files(Store& store, std::span<const std::filesystem::path> files,
                          const ImportOptions& options = {});

/// Throws what import_files() would before it reads a tensor: for a program that makes the store
/// only if there is something to import.
void check_import(std::span<const std::filesystem::path> files, const ImportOptions& options = {});

}  // namespace ckptlite
