// SPDX-License-Identifier: MIT
// The formats of other programs that checkpoints are imported from and exported to; docs/FORMATS.md
// says what each can carry. Pure functions; any thread.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string_view>

#include "ckptlite/visibility.hpp"

namespace CKPTLITE_API ckptlite {

enum class FileFormat : std::uint8_t {
    safetensors,
    npy,      ///< NumPy, one array
    npz,      ///< NumPy, a zip archive of arrays
    msgpack,  ///< flax.serialization
};

/// "safetensors", "npy", "npz", "msgpack".
std::string_view format_name(FileFormat format) noexcept;

/// The inverse of format_name; nothing if no format has this name.
std::optional<FileFormat> parse_format(std::string_view name) noexcept;

/// By the ending of the name; nothing if it is none of ours. "x.safetensors.index.json", which
/// names the files of a divided model, is safetensors.
std::optional<FileFormat> format_of(const std::filesystem::path& file);

/// Every format, in the order of the enumeration.
std::span<const FileFormat> all_formats() noexcept;

}  // namespace ckptlite
