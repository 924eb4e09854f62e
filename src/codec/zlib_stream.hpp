// SPDX-License-Identifier: MIT
// Whole zlib streams (RFC 1950), in memory: the only place that knows who encodes and decodes
// them, but for huffman_deflate.hpp, which writes those of byte planes.
//
// Functions may be called from any thread. Each thread keeps its encoder's and its decoder's
// working memory (about 0.3 MB once it has encoded) until it ends.
#pragma once

#include <optional>
#include <span>

#include "base/bytes.hpp"
#include "codec/huffman_inflate.hpp"

namespace ckptlite::codec {

/// Writes `raw` as one stream to the front of `out`, by stock zlib at level 1, and returns the
/// stream's length; nothing if it does not fit. A smaller `out` makes it give up sooner: pass what
/// still is a gain. For byte planes, huffman_deflate.hpp is many times as fast.
std::optional<std::size_t> zlib_compress(ByteView raw, std::span<std::byte> out);

/// True if `stream` is exactly one zlib stream without a dictionary, with nothing after it, that
/// inflates to exactly out.size() bytes with the right Adler-32. If not, `out` holds anything.
/// Allocates nothing whose size depends on the input.
bool zlib_decompress(ByteView stream, std::span<std::byte> out);
/// True if that is so of each of them. Two streams together take little longer than one.
bool zlib_decompress(std::span<InflateJob> jobs);

/// zlib_decompress() asks huffman_inflate.hpp first, which knows the streams of byte planes; then
/// one of these two, which tests compare: libdeflate where the build has it, else stock zlib. What
/// zlib accepts, libdeflate accepts with the same bytes. libdeflate also
/// accepts a few streams that RFC 1951 forbids if the Adler-32 of their bytes is right, mostly
/// damage to codes that no byte uses: about one in 10,000 flipped bits. An Adler-32 of few bytes
/// proves little in either decoder, so the chunk's digest has the last word.
bool zlib_decompress_stock(ByteView stream, std::span<std::byte> out);
#if CKPTLITE_HAVE_LIBDEFLATE
bool zlib_decompress_libdeflate(ByteView stream, std::span<std::byte> out);
#endif

}  // namespace ckptlite::codec
