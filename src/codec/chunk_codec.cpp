// SPDX-License-Identifier: MIT
#include "codec/chunk_codec.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "ckptlite/error.hpp"
#include "codec/entropy.hpp"
#include "codec/plane_chunk.hpp"
#include "codec/zlib_stream.hpp"

namespace ckptlite::codec {
namespace {

// On disk: never rename.
constexpr std::array<std::pair<Codec, std::string_view>, 3> kNames{{
    {Codec::raw, "raw"},
    {Codec::zlib, "zlib"},
    {Codec::planes, "planes"},
}};

EncodedChunk encode_raw(ByteView raw) {
    return {Codec::raw, {raw.begin(), raw.end()}};
}

EncodedChunk encode_zlib(ByteView raw) {
    if (raw.empty()) return encode_raw(raw);
    std::vector<std::byte> data(raw.size() - 1);
    const auto length = zlib_compress(raw, Deflate::matches, data);
    if (!length) return encode_raw(raw);
    data.resize(*length);
    return {Codec::zlib, std::move(data)};
}

EncodedChunk encode_as_planes(ByteView raw, ElementLayout layout) {
    if (auto data = encode_planes(raw, layout)) {
        if (data->size() < raw.size()) return {Codec::planes, std::move(*data)};
        return encode_raw(raw);
    }
    return looks_compressible(raw) ? encode_zlib(raw) : encode_raw(raw);
}

void decode_raw(ByteView stored, std::span<std::byte> out) {
    if (stored.size() != out.size()) {
        throw Corrupt("A raw chunk holds " + std::to_string(stored.size()) + " bytes, not the " +
                      std::to_string(out.size()) + " it declares.");
    }
    std::copy(stored.begin(), stored.end(), out.begin());
}

void decode_zlib(ByteView stored, std::span<std::byte> out) {
    if (!zlib_decompress(stored, out)) {
        throw Corrupt("A chunk's zlib stream is damaged: it does not inflate to the " +
                      std::to_string(out.size()) + " bytes it declares.");
    }
}

}  // namespace

std::string_view codec_name(Codec codec) noexcept {
    for (const auto& [value, name] : kNames) {
        if (value == codec) return name;
    }
    return "unknown";
}

std::optional<Codec> parse_codec(std::string_view name) noexcept {
    for (const auto& [value, known] : kNames) {
        if (known == name) return value;
    }
    return std::nullopt;
}

EncodedChunk encode(ByteView raw, ElementLayout layout, Codec wanted) {
    switch (wanted) {
        case Codec::planes:
            return encode_as_planes(raw, layout);
        case Codec::zlib:
            return encode_zlib(raw);
        case Codec::raw:
            break;
    }
    return encode_raw(raw);
}

void decode(Codec codec, ByteView stored, std::span<std::byte> out) {
    switch (codec) {
        case Codec::planes:
            return decode_planes(stored, out);
        case Codec::zlib:
            return decode_zlib(stored, out);
        case Codec::raw:
            return decode_raw(stored, out);
    }
    throw Corrupt("A chunk has a codec that this version does not know.");
}

}  // namespace ckptlite::codec
