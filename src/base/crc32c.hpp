// SPDX-License-Identifier: MIT
// The checksum CRC-32C (Castagnoli) of RFC 3720. Pure; any thread.
#pragma once

#include <cstdint>

#include "base/bytes.hpp"

namespace ckptlite {

std::uint32_t crc32c(ByteView bytes) noexcept;

}  // namespace ckptlite
