// SPDX-License-Identifier: MIT
// Any bytes as a chunk of byte planes: accepted exactly when the words of docs/FORMAT.md accept
// them, followed here plane by plane, and with the same bytes.
#include <optional>
#include <vector>

#include "ckptlite/error.hpp"
#include "codec/plane_chunk.hpp"
#include "codec/zlib_stream.hpp"
#include "fuzz/fuzz_target.hpp"

namespace ckptlite::codec {
namespace {

using fuzz::require;
using Bytes = std::vector<std::byte>;

/// One element after the other, as a reader would who has only the document.
Bytes joined(const std::vector<Bytes>& planes, bool rotated) {
    const std::size_t width = planes.size();
    Bytes out(width * planes.front().size());
    for (std::size_t i = 0; i < planes.front().size(); ++i) {
        std::uint64_t element = 0;
        for (std::size_t p = 0; p < width; ++p) {
            element |= std::to_integer<std::uint64_t>(planes[p][i]) << (8 * p);
        }
        if (rotated) element = element >> 1 | (element & 1) << (8 * width - 1);
        for (std::size_t p = 0; p < width; ++p) {
            out[i * width + p] = static_cast<std::byte>(element >> (8 * p));
        }
    }
    return out;
}

std::optional<Bytes> plane_of(unsigned method, ByteView stored, std::size_t nbytes) {
    Bytes plane(nbytes);
    if (method == 0 && stored.size() == nbytes) return Bytes(stored.begin(), stored.end());
    if (method == 1 && stored.size() == 1) return Bytes(nbytes, stored.front());
    if (method == 2 && zlib_decompress(stored, plane)) return plane;
    return std::nullopt;
}

std::optional<Bytes> by_the_book(ByteView stored, std::size_t nbytes) {
    if (stored.size() < 2) return std::nullopt;
    const auto width = std::to_integer<std::size_t>(stored[0]);
    const auto flags = std::to_integer<unsigned>(stored[1]);
    if ((width != 2 && width != 4 && width != 8) || flags > 1) return std::nullopt;
    if (nbytes == 0 || nbytes % width != 0) return std::nullopt;
    std::size_t at = 2 + 5 * width;
    if (stored.size() < at) return std::nullopt;
    std::vector<Bytes> planes;
    for (std::size_t p = 0; p < width; ++p) {
        const std::byte* const header = stored.data() + 2 + 5 * p;
        const auto length = load_le<std::uint32_t>(header + 1);
        if (length > stored.size() - at) return std::nullopt;
        auto plane = plane_of(std::to_integer<unsigned>(*header), stored.subspan(at, length),
                              nbytes / width);
        if (!plane) return std::nullopt;
        planes.push_back(*std::move(plane));
        at += length;
    }
    if (at != stored.size()) return std::nullopt;
    return joined(planes, flags == 1);
}

std::optional<Bytes> decoded(ByteView stored, std::size_t nbytes, bool twice) {
    Bytes out(nbytes, std::byte{0xEE});
    Bytes again(nbytes, std::byte{0xDD});
    const PlanesJob jobs[] = {{stored, out}, {stored, again}};
    try {
        decode_planes(std::span(jobs).first(twice ? 2 : 1));
    } catch (const Corrupt&) {
        return std::nullopt;
    }
    require(!twice || out == again);
    return out;
}

void check(ByteView stored, std::size_t nbytes) {
    const auto right = by_the_book(stored, nbytes);
    require(decoded(stored, nbytes, false) == right);
    require(decoded(stored, nbytes, true) == right);
}

}  // namespace
}  // namespace ckptlite::codec

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace ckptlite;
    fuzz::Input input(data, size);
    const unsigned choice = input.byte();
    const auto number = static_cast<std::size_t>(input.number(2));
    if (choice % 2 == 0) {
        codec::check(input.rest(), number % 2'049);
        return 0;
    }
    // What the encoder makes of elements, with one byte changed.
    const std::uint8_t width = static_cast<std::uint8_t>(2U << (choice / 2 % 3));
    const auto change = static_cast<std::byte>(input.byte());
    ByteView raw = input.rest();
    raw = raw.first(raw.size() / width * width);
    const codec::ElementLayout layout{width, choice / 8 % 2 == 1};
    if (!codec::fill_planes(raw.size(), layout)) return 0;
    std::vector<std::byte> stored(codec::planes_room(raw.size()));
    const auto stored_size = codec::encode_planes(raw, layout, stored);
    if (!stored_size) return 0;
    stored.resize(*stored_size);
    stored[number % stored.size()] ^= change;
    codec::check(stored, raw.size());
    return 0;
}
