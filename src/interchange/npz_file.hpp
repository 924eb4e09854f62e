// SPDX-License-Identifier: MIT
// A .npz file: a zip archive with a .npy for each array. A build without libzip throws
// InvalidArgument. One thread.
#pragma once

#include <cstdint>
#include <string>

#include "interchange/file_tree.hpp"
#include "interchange/plan_writer.hpp"

namespace ckptlite::interchange {

/// Throws Corrupt, InvalidArgument; both name the array.
FlatFile read_npz(const Source& source);

/// As write_plan().
std::uint64_t write_npz(const ExportPlan& plan, const std::string& file, const NextBytes& next,
                        bool compress);

}  // namespace ckptlite::interchange
