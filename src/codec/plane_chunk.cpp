// SPDX-License-Identifier: MIT
#include "codec/plane_chunk.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <limits>
#include <memory>
#include <string>

#include "ckptlite/error.hpp"
#include "codec/entropy.hpp"
#include "codec/zlib_stream.hpp"

namespace ckptlite::codec {
namespace {

constexpr std::byte kRotatedFlag{1};
constexpr std::size_t kPrefixSize = 2;  // width, flags
constexpr std::size_t kPlaneHeaderSize = 1 + sizeof(std::uint32_t);

constexpr std::size_t headers_size(std::size_t width) noexcept {
    return kPrefixSize + width * kPlaneHeaderSize;
}

struct StoredPlane {
    PlaneMethod method = PlaneMethod::raw;
    std::size_t length = 0;
};

bool is_constant(ByteView plane) noexcept {
    return !plane.empty() && std::memcmp(plane.data(), plane.data() + 1, plane.size() - 1) == 0;
}

/// `room` holds at least plane.size() bytes; plane is not empty.
StoredPlane store_plane(ByteView plane, std::byte* room) {
    if (is_constant(plane)) {
        *room = plane.front();
        return {PlaneMethod::constant, 1};
    }
    if (looks_compressible(plane)) {
        const std::span<std::byte> smaller(room, plane.size() - 1);
        if (const auto length = zlib_compress(plane, Deflate::huffman, smaller)) {
            return {PlaneMethod::zlib, *length};
        }
    }
    std::memcpy(room, plane.data(), plane.size());
    return {PlaneMethod::raw, plane.size()};
}

void write_header(std::byte* to, StoredPlane plane) noexcept {
    to[0] = static_cast<std::byte>(plane.method);
    store_le(to + 1, static_cast<std::uint32_t>(plane.length));
}

/// What the first bytes of a stored chunk declare, checked against its size.
struct Headers {
    std::size_t width = 0;
    bool rotated = false;
    std::array<StoredPlane, kMaxPlanes> planes{};
};

[[noreturn]] void fail(const std::string& what) {
    throw Corrupt("A chunk of byte planes is damaged: " + what + ".");
}

PlaneMethod read_method(std::byte id) {
    const auto method = static_cast<PlaneMethod>(id);
    switch (method) {
        case PlaneMethod::raw:
        case PlaneMethod::constant:
        case PlaneMethod::zlib:
            return method;
    }
    fail("its plane method " + std::to_string(std::to_integer<int>(id)) + " is unknown");
}

Headers read_headers(ByteView stored) {
    if (stored.size() < kPrefixSize) fail("it ends inside its headers");
    Headers headers;
    headers.width = std::to_integer<std::size_t>(stored[0]);
    if (!has_planes(headers.width)) {
        fail("it declares " + std::to_string(headers.width) + " planes, not 2, 4 or 8");
    }
    if ((stored[1] & ~kRotatedFlag) != std::byte{0}) fail("it has unknown flags");
    headers.rotated = stored[1] == kRotatedFlag;
    if (stored.size() < headers_size(headers.width)) fail("it ends inside its headers");

    std::uint64_t end = headers_size(headers.width);  // eight 32-bit lengths cannot overflow it
    for (std::size_t i = 0; i < headers.width; ++i) {
        const std::byte* const header = stored.data() + kPrefixSize + i * kPlaneHeaderSize;
        headers.planes[i] = {read_method(header[0]), load_le<std::uint32_t>(header + 1)};
        end += headers.planes[i].length;
    }
    if (end != stored.size()) {
        fail("its planes end at byte " + std::to_string(end) + ", its data at byte " +
             std::to_string(stored.size()));
    }
    return headers;
}

/// The plane's bytes: `stored` itself, or `room` once they are decoded into it.
ByteView load_plane(PlaneMethod method, ByteView stored, std::span<std::byte> room) {
    switch (method) {
        case PlaneMethod::raw:
            if (stored.size() != room.size()) fail("the length of a raw plane is wrong");
            return stored;
        case PlaneMethod::constant:
            if (stored.size() != 1) fail("the length of a constant plane is not 1");
            std::fill(room.begin(), room.end(), stored.front());
            return room;
        case PlaneMethod::zlib:
            break;
    }
    if (!zlib_decompress(stored, room)) {
        fail("a plane's zlib stream does not inflate to the plane's " +
             std::to_string(room.size()) + " bytes");
    }
    return room;
}

}  // namespace

std::optional<std::vector<std::byte>> encode_planes(ByteView raw, ElementLayout layout) {
    const std::size_t width = layout.width;
    if (!has_planes(width) || raw.empty() || raw.size() % width != 0) return std::nullopt;
    const std::size_t plane_size = raw.size() / width;
    if (plane_size > std::numeric_limits<std::uint32_t>::max()) return std::nullopt;

    const auto planes = std::make_unique_for_overwrite<std::byte[]>(raw.size());
    split_planes(raw, layout, {planes.get(), raw.size()});

    std::size_t end = headers_size(width);
    std::vector<std::byte> chunk(end + raw.size());
    chunk[0] = static_cast<std::byte>(width);
    chunk[1] = layout.rotate ? kRotatedFlag : std::byte{0};
    for (std::size_t i = 0; i < width; ++i) {
        const ByteView plane(planes.get() + i * plane_size, plane_size);
        const StoredPlane stored = store_plane(plane, chunk.data() + end);
        write_header(chunk.data() + kPrefixSize + i * kPlaneHeaderSize, stored);
        end += stored.length;
    }
    chunk.resize(end);
    return chunk;
}

void decode_planes(ByteView stored, std::span<std::byte> out) {
    const Headers headers = read_headers(stored);
    if (out.size() % headers.width != 0) {
        fail("elements of " + std::to_string(headers.width) + " bytes do not fill its " +
             std::to_string(out.size()) + " bytes");
    }
    const std::size_t plane_size = out.size() / headers.width;
    const auto room = std::make_unique_for_overwrite<std::byte[]>(out.size());

    std::array<ByteView, kMaxPlanes> planes;
    ByteView rest = stored.subspan(headers_size(headers.width));
    for (std::size_t i = 0; i < headers.width; ++i) {
        const auto [method, length] = headers.planes[i];
        planes[i] =
            load_plane(method, rest.first(length), {room.get() + i * plane_size, plane_size});
        rest = rest.subspan(length);
    }
    merge_planes(std::span(planes).first(headers.width), headers.rotated, out);
}

}  // namespace ckptlite::codec
