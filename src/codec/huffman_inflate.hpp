// SPDX-License-Identifier: MIT
// A decoder of the zlib streams that huffman_deflate.hpp writes, several times as fast as those
// that decode any stream: one look-up gives up to five literals.
//
// It knows some of the streams and is never in doubt about them: each that it accepts, zlib accepts
// with the same bytes. Pure functions; any thread.
#pragma once

#include <span>

#include "base/bytes.hpp"
#include "base/instruction_set.hpp"

namespace ckptlite::codec {

/// A stream, and memory of exactly the size that it must inflate to.
struct InflateJob {
    ByteView stream{};
    std::span<std::byte> out{};
    /// True if the stream is exactly one zlib stream of out.size() bytes with the right Adler-32,
    /// of blocks with complete codes of words of at most 11 bits and matches of distance 1. False
    /// says nothing: `out` then holds anything, and the stream is for another decoder.
    bool done = false;
};

/// All of them, two at a time, which takes little longer than one.
void huffman_decompress(std::span<InflateJob> jobs,
                        InstructionSet set = best_instruction_set()) noexcept;
/// One job: whether it is done.
bool huffman_decompress(ByteView stream, std::span<std::byte> out,
                        InstructionSet set = best_instruction_set()) noexcept;

}  // namespace ckptlite::codec
