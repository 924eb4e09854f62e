// SPDX-License-Identifier: MIT
// Bytes at rest that are read piece by piece: a file that is imported, or memory in tests.
//
// Files are read with pread(), never mapped: a mapped file that somebody cuts off meanwhile ends
// the program with SIGBUS, and one that somebody changes has other bytes when they are encoded than
// when their digest was taken. A Source is a value that shares its file; reading is safe from any
// thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <string>

#include "base/bytes.hpp"

namespace ckptlite::interchange {

/// Fills `out` with the bytes from `at` on. Throws IoError if they are not there any more.
using ReadAt = std::function<void(std::uint64_t at, std::span<std::byte> out)>;

struct Source {
    std::string name{};  ///< for messages
    std::uint64_t size = 0;
    ReadAt read{};
};

/// Throws NotFound, and IoError for what is no regular file or cannot be read.
Source open_source(const std::filesystem::path& file);

/// Borrows the bytes.
Source memory_source(ByteView bytes);

/// `source` from byte `first` on.
ReadAt read_from(const Source& source, std::uint64_t first);

}  // namespace ckptlite::interchange
