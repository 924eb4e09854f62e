// SPDX-License-Identifier: MIT
// How far a long operation has come. Plain values.
#pragma once

#include <cstdint>
#include <functional>

#include "ckptlite/visibility.hpp"

namespace CKPTLITE_API ckptlite {

/// Bytes of the file, as stored. `total` is an estimate until the last call, where both are equal;
/// `done` never shrinks.
struct Progress {
    std::uint64_t done = 0;
    std::uint64_t total = 0;
};

/// Called on the thread of the operation, some times a second or more often. What it throws ends
/// the operation and is thrown on to its caller; the file is then sound, as after any other error.
using OnProgress = std::function<void(const Progress&)>;

}  // namespace ckptlite
