// SPDX-License-Identifier: MIT
// What some files hold together, whatever their formats. One thread.
#pragma once

#include <filesystem>
#include <optional>
#include <span>
#include <string>

#include "ckptlite/file_format.hpp"
#include "interchange/file_tree.hpp"

namespace ckptlite::interchange {

/// As in ImportOptions.
struct ReadOptions {
    std::optional<FileFormat> format{};
    std::optional<std::string> separator{};
    bool metadata = true;
    bool infer_lists = true;
};

/// Reads headers only; the tensors stay in their files. Throws what import_files() throws.
FileTree read_files(std::span<const std::filesystem::path> files, const ReadOptions& options);

/// "." for safetensors, "/" for npz.
std::string default_separator(FileFormat format);

/// The format that was asked for, or that of the file's ending. Throws InvalidArgument.
FileFormat require_format(std::optional<FileFormat> asked, const std::filesystem::path& file);

}  // namespace ckptlite::interchange
