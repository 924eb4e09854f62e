// SPDX-License-Identifier: MIT
// The files of a folder as a value: taken of a real folder, and put into one. The shared memory of
// a write-ahead log is left out, since SQLite makes it anew when nobody has the file open.
#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "base/digest.hpp"

namespace ckptlite::test {

/// Bytes by file name.
using FolderImage = std::map<std::string, std::vector<std::byte>>;

FolderImage image_of(const std::filesystem::path& folder);

/// Afterwards the folder has these files and no others.
void restore(const std::filesystem::path& folder, const FolderImage& image);

/// Equal images have equal fingerprints, and others hardly ever.
Digest fingerprint(const FolderImage& image);

}  // namespace ckptlite::test
