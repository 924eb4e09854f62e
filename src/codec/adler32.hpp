// SPDX-License-Identifier: MIT
// The checksum at the end of a zlib stream (RFC 1950). Pure functions; any thread.
#pragma once

#include <cstdint>

#include "base/bytes.hpp"
#include "base/instruction_set.hpp"

namespace ckptlite::codec {

/// Of all the bytes, from the initial value 1 on.
std::uint32_t adler32(ByteView bytes, InstructionSet set = best_instruction_set()) noexcept;

}  // namespace ckptlite::codec
