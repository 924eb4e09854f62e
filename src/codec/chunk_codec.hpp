// SPDX-License-Identifier: MIT
// Encodes the bytes of a chunk and decodes them again, whatever their codec. What is stored with a
// chunk is the codec's name and the number of its raw bytes; nothing here knows dtypes or files.
// Any thread; none of these allocates for a chunk, but a thread keeps the working memory that
// thread_scratch.hpp and zlib_stream.hpp speak of. Formats: docs/FORMAT.md, "Chunks".
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "base/bytes.hpp"
#include "codec/byte_planes.hpp"
#include "codec/plane_chunk.hpp"

namespace ckptlite::codec {

/// On disk as names, which codec_name() gives: never rename.
enum class Codec : std::uint8_t {
    raw,     ///< the bytes themselves
    zlib,    ///< all of them as one zlib stream: opens everywhere, sqlar_uncompress() included
    planes,  ///< byte planes, see plane_chunk.hpp: smaller and faster for numbers
};

std::string_view codec_name(Codec codec) noexcept;
std::optional<Codec> parse_codec(std::string_view name) noexcept;

struct Encoded {
    Codec codec = Codec::raw;
    std::size_t size = 0;
};

/// Room that encode() needs for so many raw bytes.
constexpr std::size_t encode_room(std::size_t raw_size) noexcept {
    return planes_room(raw_size);
}

/// Encodes into `room`, at least encode_room(raw.size()) bytes. If the result is Codec::raw, the
/// stored bytes are `raw` itself, size is raw.size(), and `room` holds nothing of use.
///
/// `wanted` is what the caller would like. The result is raw whenever it would not be smaller than
/// the raw bytes. Where `planes` is wanted but layout.width is 1, or elements of that width do not
/// fill the chunk, the result is zlib if the bytes look compressible, else raw.
Encoded encode(ByteView raw, ElementLayout layout, Codec wanted, std::span<std::byte> room);

struct DecodeJob {
    Codec codec = Codec::raw;
    ByteView stored{};
    std::span<std::byte> out{};  ///< as many as the chunk declares raw bytes; not `stored`
};

/// Fills `out` of each. Throws Corrupt for anything that does not decode to exactly as many bytes;
/// all `out` then hold anything. Neighbours with byte planes are decoded together, which is faster.
void decode(std::span<const DecodeJob> jobs);
/// One job.
void decode(Codec codec, ByteView stored, std::span<std::byte> out);

}  // namespace ckptlite::codec
