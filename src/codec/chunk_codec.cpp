// SPDX-License-Identifier: MIT
#include "codec/chunk_codec.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <string>
#include <utility>

#include "ckptlite/error.hpp"
#include "codec/entropy.hpp"
#include "codec/zlib_stream.hpp"

namespace ckptlite::codec {
namespace {

// On disk: never rename.
constexpr std::array<std::pair<Codec, std::string_view>, 3> kNames{{
    {Codec::raw, "raw"},
    {Codec::zlib, "zlib"},
    {Codec::planes, "planes"},
}};

Encoded encode_raw(ByteView raw) noexcept {
    return {Codec::raw, raw.size()};
}

Encoded encode_zlib(ByteView raw, std::span<std::byte> room) {
    if (raw.empty()) return encode_raw(raw);
    const auto size = zlib_compress(raw, room.first(raw.size() - 1));
    return size ? Encoded{Codec::zlib, *size} : encode_raw(raw);
}

Encoded encode_as_planes(ByteView raw, ElementLayout layout, std::span<std::byte> room) {
    if (fill_planes(raw.size(), layout)) {
        const auto size = encode_planes(raw, layout, room);
        return size ? Encoded{Codec::planes, *size} : encode_raw(raw);
    }
    return looks_compressible(raw) ? encode_zlib(raw, room) : encode_raw(raw);
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

Encoded encode(ByteView raw, ElementLayout layout, Codec wanted, std::span<std::byte> room) {
    assert(room.size() >= encode_room(raw.size()));
    switch (wanted) {
        case Codec::planes:
            return encode_as_planes(raw, layout, room);
        case Codec::zlib:
            return encode_zlib(raw, room);
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
