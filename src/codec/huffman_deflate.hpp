// SPDX-License-Identifier: MIT
// An encoder of zlib streams for byte planes: it codes literals and runs of equal bytes, and does
// not look for other repetitions, of which numbers have none. Its streams are standard (RFC 1950,
// 1951), blocks with dynamic codes; any zlib decodes them.
//
// Any thread. Each thread that encodes keeps about 300 KB of tables until it ends.
#pragma once

#include <optional>
#include <span>

#include "base/bytes.hpp"
#include "base/instruction_set.hpp"

namespace ckptlite::codec {

/// Writes `raw` as one stream to the front of `out` and returns the stream's length; nothing if it
/// does not fit, which is known from the counts of the bytes before they are encoded. The same
/// stream whatever the instructions. raw.size() < 2^32.
std::optional<std::size_t> huffman_compress(ByteView raw, std::span<std::byte> out,
                                            InstructionSet set = best_instruction_set());

}  // namespace ckptlite::codec
