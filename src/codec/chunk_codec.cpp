// SPDX-License-Identifier: MIT
#include "codec/chunk_codec.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <string>
#include <utility>
#include <vector>

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

/// The first jobs, as far as they are byte planes. Returns how many those are.
std::size_t decode_neighbours(std::span<const DecodeJob> jobs) {
    std::vector<PlanesJob> planes;
    for (const DecodeJob& job : jobs) {
        if (job.codec != Codec::planes) break;
        planes.push_back({job.stored, job.out});
    }
    decode_planes(planes);
    return planes.size();
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

void decode(std::span<const DecodeJob> jobs) {
    while (!jobs.empty()) {
        const DecodeJob& job = jobs.front();
        std::size_t n = 1;
        switch (job.codec) {
            case Codec::planes:
                n = decode_neighbours(jobs);
                break;
            case Codec::zlib:
                decode_zlib(job.stored, job.out);
                break;
            case Codec::raw:
                decode_raw(job.stored, job.out);
                break;
            default:
                throw Corrupt("A chunk has a codec that this version does not know.");
        }
        jobs = jobs.subspan(n);
    }
}

void decode(Codec codec, ByteView stored, std::span<std::byte> out) {
    const DecodeJob job{codec, stored, out};
    decode(std::span(&job, 1));
}

}  // namespace ckptlite::codec
