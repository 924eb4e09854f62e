// SPDX-License-Identifier: MIT
// model.safetensors.index.json: which file of several each tensor is in. One thread.
#pragma once

#include <filesystem>
#include <string>

#include "ckptlite/error.hpp"
#include "interchange/file_tree.hpp"

namespace ckptlite::interchange::safetensors {

/// Of an index; a million names fit.
inline constexpr std::uint64_t kIndexBytes = 256ULL << 20;

/// The tensors of all files that the index names, which lie beside it, with the metadata of those
/// files unless they are not wanted. Throws Corrupt for an index that is wrong or does not agree
/// with the files; NotFound for a file that is not there; metadata_differ().
FlatFile read_sharded(const std::filesystem::path& index, bool metadata);

/// Of a key of `file`'s metadata that has another value in another file.
InvalidArgument metadata_differ(const std::string& key, const std::string& file);

}  // namespace ckptlite::interchange::safetensors
