// SPDX-License-Identifier: MIT
#include "codec/plane_chunk.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <cstring>
#include <limits>
#include <string>

#include "ckptlite/error.hpp"
#include "codec/entropy.hpp"
#include "codec/huffman_deflate.hpp"
#include "codec/thread_scratch.hpp"
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

/// Where a plane is while it is encoded, and whether it looks worth a code.
struct SplitPlane {
    std::byte* bytes = nullptr;
    bool compressible = false;
};

/// Planes that stay as they are go straight to where they are stored, as long as those before them
/// do so too; what follows a plane of unknown length waits in the thread's scratch.
std::array<SplitPlane, kMaxPlanes> place_planes(ByteView raw, ElementLayout layout,
                                                std::byte* stored) {
    const std::size_t plane_size = raw.size() / layout.width;
    const auto entropies = sampled_entropies(raw, layout);
    std::array<SplitPlane, kMaxPlanes> planes;
    std::size_t direct = 0;
    for (std::size_t i = 0; i < layout.width; ++i) {
        planes[i].compressible = entropies[i] <= kIncompressibleBits;
        if (!planes[i].compressible && direct == i) {
            planes[i].bytes = stored + i * plane_size;
            direct = i + 1;
        }
    }
    std::byte* waiting = thread_scratch((layout.width - direct) * plane_size).data();
    for (std::size_t i = direct; i < layout.width; ++i, waiting += plane_size) {
        planes[i].bytes = waiting;
    }
    return planes;
}

void split_to(const std::array<SplitPlane, kMaxPlanes>& planes, ByteView raw,
              ElementLayout layout) noexcept {
    std::array<std::byte*, kMaxPlanes> bytes;
    for (std::size_t i = 0; i < layout.width; ++i) bytes[i] = planes[i].bytes;
    split_planes(raw, layout, std::span(bytes).first(layout.width));
}

/// `room` holds at least plane.size() bytes, and may be the plane itself if it is stored raw;
/// plane is not empty.
StoredPlane store_plane(ByteView plane, bool compressible, std::byte* room) {
    if (compressible && is_constant(plane)) {
        *room = plane.front();
        return {PlaneMethod::constant, 1};
    }
    if (compressible) {
        const std::span<std::byte> smaller(room, plane.size() - 1);
        if (const auto length = huffman_compress(plane, smaller)) {
            return {PlaneMethod::zlib, *length};
        }
    }
    if (room != plane.data()) std::memcpy(room, plane.data(), plane.size());
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

ByteView raw_plane(ByteView stored, std::size_t plane_size) {
    if (stored.size() != plane_size) fail("the length of a raw plane is wrong");
    return stored;
}

/// Fills `room` with the bytes of a plane that is not raw.
ByteView decode_plane(PlaneMethod method, ByteView stored, std::span<std::byte> room) {
    if (method == PlaneMethod::constant) {
        if (stored.size() != 1) fail("the length of a constant plane is not 1");
        std::fill(room.begin(), room.end(), stored.front());
    } else if (!zlib_decompress(stored, room)) {
        fail("a plane's zlib stream does not inflate to the plane's " +
             std::to_string(room.size()) + " bytes");
    }
    return room;
}

}  // namespace

std::optional<std::size_t> encode_planes(ByteView raw, ElementLayout layout,
                                         std::span<std::byte> room) {
    assert(fill_planes(raw.size(), layout) && room.size() >= planes_room(raw.size()));
    const std::size_t width = layout.width;
    const std::size_t plane_size = raw.size() / width;
    if (plane_size > std::numeric_limits<std::uint32_t>::max()) return std::nullopt;

    std::size_t end = headers_size(width);
    const auto planes = place_planes(raw, layout, room.data() + end);
    const bool any = std::any_of(planes.begin(), planes.end(),
                                 [](const SplitPlane& plane) { return plane.compressible; });
    if (!any) return std::nullopt;
    split_to(planes, raw, layout);

    room[0] = static_cast<std::byte>(width);
    room[1] = layout.rotate ? kRotatedFlag : std::byte{0};
    for (std::size_t i = 0; i < width; ++i) {
        const StoredPlane stored =
            store_plane({planes[i].bytes, plane_size}, planes[i].compressible, room.data() + end);
        write_header(room.data() + kPrefixSize + i * kPlaneHeaderSize, stored);
        end += stored.length;
    }
    if (end >= raw.size()) return std::nullopt;
    return end;
}

void decode_planes(ByteView stored, std::span<std::byte> out) {
    const Headers headers = read_headers(stored);
    if (out.size() % headers.width != 0) {
        fail("elements of " + std::to_string(headers.width) + " bytes do not fill its " +
             std::to_string(out.size()) + " bytes");
    }
    const std::size_t plane_size = out.size() / headers.width;
    // Raw planes are read where they are stored.
    std::size_t decoded = 0;
    for (const StoredPlane& plane : std::span(headers.planes).first(headers.width)) {
        decoded += plane.method == PlaneMethod::raw ? 0 : plane_size;
    }
    std::span<std::byte> room = thread_scratch(decoded);

    std::array<ByteView, kMaxPlanes> planes;
    ByteView rest = stored.subspan(headers_size(headers.width));
    for (std::size_t i = 0; i < headers.width; ++i) {
        const auto [method, length] = headers.planes[i];
        const bool in_place = method == PlaneMethod::raw;
        planes[i] = in_place ? raw_plane(rest.first(length), plane_size)
                             : decode_plane(method, rest.first(length), room.first(plane_size));
        if (!in_place) room = room.subspan(plane_size);
        rest = rest.subspan(length);
    }
    merge_planes(std::span(planes).first(headers.width), headers.rotated, out);
}

}  // namespace ckptlite::codec
