// SPDX-License-Identifier: MIT
// A planned file, written front to back. One thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "base/bytes.hpp"
#include "interchange/export_plan.hpp"

namespace ckptlite::interchange {

/// The next bytes of a planned tensor, as they stand in the file, valid until the next call;
/// nothing at its end. Tensors are asked for in the order of the plan.
using NextBytes = std::function<std::optional<ByteView>(std::size_t tensor)>;

/// For formats that are one piece after the other. Makes the file; returns its size. Throws
/// IoError, DiskFull and what `next` throws.
std::uint64_t write_plan(const ExportPlan& plan, const std::string& file, const NextBytes& next);

}  // namespace ckptlite::interchange
