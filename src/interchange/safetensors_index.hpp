// SPDX-License-Identifier: MIT
// model.safetensors.index.json: which file of several each tensor is in. One thread.
#pragma once

#include <filesystem>

#include "interchange/file_tree.hpp"

namespace ckptlite::interchange::safetensors {

/// Of an index; a million names fit.
inline constexpr std::uint64_t kIndexBytes = 256ULL << 20;

/// The tensors of all files that the index names, which lie beside it, with the metadata of those
/// files. Throws Corrupt for an index that is wrong or does not agree with the files; NotFound for
/// a file that is not there.
FlatFile read_sharded(const std::filesystem::path& index);

/// Adds the metadata of another file. Throws InvalidArgument, naming `file`, if a key is there with
/// another value.
void merge_metadata(std::map<std::string, std::string>& into,
                    const std::map<std::string, std::string>& from, const std::string& file);

}  // namespace ckptlite::interchange::safetensors
