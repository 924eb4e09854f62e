// SPDX-License-Identifier: MIT
#include "codec/plane_chunk.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <cstring>
#include <string>
#include <vector>

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

/// Of a plane that is not empty.
bool is_constant(ByteView plane) noexcept {
    return std::memcmp(plane.data(), plane.data() + 1, plane.size() - 1) == 0;
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

/// A chunk whose planes are being decoded.
class Decoding {
public:
    explicit Decoding(const PlanesJob& job)
        : headers_(read_headers(job.stored)), stored_(job.stored), out_(job.out) {
        if (out_.size() % headers_.width != 0) {
            fail("elements of " + std::to_string(headers_.width) + " bytes do not fill its " +
                 std::to_string(out_.size()) + " bytes");
        }
    }

    /// Bytes of the planes that are not raw: those are read where they are stored.
    std::size_t room() const noexcept {
        const auto planes = std::span(headers_.planes).first(headers_.width);
        const auto coded = std::ranges::count_if(
            planes, [](StoredPlane plane) { return plane.method != PlaneMethod::raw; });
        return static_cast<std::size_t>(coded) * plane_size();
    }

    /// Fills the planes, but for the streams, which `inflate` takes. Uses up the front of `room`.
    template <typename Inflate>
    void place(std::span<std::byte>& room, Inflate inflate) {
        ByteView rest = stored_.subspan(headers_size(headers_.width));
        for (std::size_t i = 0; i < headers_.width; ++i) {
            const auto [method, length] = headers_.planes[i];
            const ByteView plane = rest.first(length);
            rest = rest.subspan(length);
            if (method == PlaneMethod::raw) {
                if (length != plane_size()) fail("the length of a raw plane is wrong");
                planes_[i] = plane;
                continue;
            }
            const std::span<std::byte> place = room.first(plane_size());
            room = room.subspan(place.size());
            planes_[i] = place;
            if (method == PlaneMethod::zlib) {
                inflate(InflateJob{plane, place});
            } else {
                if (length != 1) fail("the length of a constant plane is not 1");
                std::ranges::fill(place, plane.front());
            }
        }
    }

    void merge() const noexcept {
        merge_planes(std::span(planes_).first(headers_.width), headers_.rotated, out_);
    }

private:
    std::size_t plane_size() const noexcept { return out_.size() / headers_.width; }

    Headers headers_;
    ByteView stored_;
    std::span<std::byte> out_;
    std::array<ByteView, kMaxPlanes> planes_{};
};

}  // namespace

std::optional<std::size_t> encode_planes(ByteView raw, ElementLayout layout,
                                         std::span<std::byte> room) {
    assert(fill_planes(raw.size(), layout) && room.size() >= planes_room(raw.size()));
    const std::size_t width = layout.width;
    const std::size_t plane_size = raw.size() / width;

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

void decode_planes(std::span<const PlanesJob> jobs) {
    std::vector<Decoding> chunks(jobs.begin(), jobs.end());
    std::size_t needed = 0;
    for (const Decoding& chunk : chunks) needed += chunk.room();
    std::span<std::byte> room = thread_scratch(needed);

    std::vector<InflateJob> streams;
    for (Decoding& chunk : chunks) {
        chunk.place(room, [&](const InflateJob& stream) { streams.push_back(stream); });
    }
    if (!zlib_decompress(streams)) {
        fail("the zlib stream of a plane does not inflate to as many bytes as the plane has");
    }
    for (const Decoding& chunk : chunks) chunk.merge();
}

}  // namespace ckptlite::codec
