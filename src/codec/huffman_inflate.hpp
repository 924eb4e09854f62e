// SPDX-License-Identifier: MIT
// A fast decoder of the zlib streams that huffman_deflate.hpp writes. Byte planes have words of two
// or three bits, so one look-up gives several literals; general decoders give one or two.
// Any thread. Each thread that decodes keeps about 40 KB of tables until it ends.
#pragma once

#include <span>

#include "base/bytes.hpp"
#include "base/instruction_set.hpp"

namespace ckptlite::codec {

/// True if `stream` is one valid zlib stream of out.size() bytes, with nothing after it, of blocks
/// with codes of their own, words of at most 11 bits and no distance but 1; `out` then holds its
/// bytes. False for every other stream, damaged or not: a general decoder has to look at it.
bool huffman_decompress(ByteView stream, std::span<std::byte> out,
                        InstructionSet set = best_instruction_set());

}  // namespace ckptlite::codec
