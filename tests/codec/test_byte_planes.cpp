// SPDX-License-Identifier: MIT
#include "codec/byte_planes.hpp"

#include <array>

#include "codec/sample_bytes.hpp"
#include "support/catch.hpp"

namespace ckptlite::codec {
namespace {

using test::Bytes;
using test::bytes_of;

Bytes split(const Bytes& elements, ElementLayout layout,
            InstructionSet set = best_instruction_set()) {
    Bytes planes(elements.size());
    std::array<std::byte*, kMaxPlanes> to{};
    for (std::size_t i = 0; i < layout.width; ++i) {
        to[i] = planes.data() + i * (elements.size() / layout.width);
    }
    split_planes(elements, layout, std::span(to).first(layout.width), set);
    return planes;
}

Bytes merge(const Bytes& contiguous, ElementLayout layout,
            InstructionSet set = best_instruction_set()) {
    const std::size_t plane_size = contiguous.size() / layout.width;
    std::array<ByteView, kMaxPlanes> planes;
    for (std::size_t i = 0; i < layout.width; ++i) {
        planes[i] = ByteView(contiguous).subspan(i * plane_size, plane_size);
    }
    Bytes elements(contiguous.size());
    merge_planes(std::span(planes).first(layout.width), layout.rotate, elements, set);
    return elements;
}

TEST_CASE("plane i holds byte i of every element, the least significant first", "[codec]") {
    const Bytes two = bytes_of({1, 2, 3, 4, 5, 6, 7, 8});
    CHECK(split(two, {.width = 2}) == bytes_of({1, 3, 5, 7, 2, 4, 6, 8}));
    CHECK(split(two, {.width = 4}) == bytes_of({1, 5, 2, 6, 3, 7, 4, 8}));
    CHECK(split(two, {.width = 8}) == two);
}

TEST_CASE("rotation puts a float's whole exponent into the top plane", "[codec]") {
    // -1.0f is 0xBF800000: sign 1, exponent 0x7F. Rotated: 0x7F000001.
    CHECK(split(test::bytes_of_values<float>({-1.0f}), {.width = 4, .rotate = true}) ==
          bytes_of({0x01, 0x00, 0x00, 0x7F}));
    // -1.0 as bfloat16 is 0xBF80. Rotated: 0x7F01.
    CHECK(split(bytes_of({0x80, 0xBF}), {.width = 2, .rotate = true}) == bytes_of({0x01, 0x7F}));
    // -1.0 is 0xBFF0000000000000. Rotated: 0x7FE0000000000001.
    CHECK(split(test::bytes_of_values<double>({-1.0}), {.width = 8, .rotate = true}) ==
          bytes_of({0x01, 0, 0, 0, 0, 0, 0xE0, 0x7F}));
}

TEST_CASE("merging planes undoes splitting, for every count around a block", "[codec]") {
    for (const int width : {2, 4, 8}) {
        for (const bool rotate : {false, true}) {
            const ElementLayout layout{static_cast<std::uint8_t>(width), rotate};
            for (std::size_t count = 0; count <= 200; ++count) {
                CAPTURE(width, rotate, count);
                const Bytes elements = test::random_bytes(count * layout.width, count);
                REQUIRE(merge(split(elements, layout), layout) == elements);
            }
        }
    }
}

TEST_CASE("planes are the same whatever the instructions", "[codec]") {
    for (const int width : {2, 4, 8}) {
        for (const bool rotate : {false, true}) {
            for (std::size_t count = 0; count <= 200; ++count) {
                CAPTURE(width, rotate, count);
                const ElementLayout layout{static_cast<std::uint8_t>(width), rotate};
                const Bytes elements = test::random_bytes(count * layout.width, count);
                const Bytes planes = split(elements, layout, InstructionSet::baseline);
                for (const InstructionSet set : instruction_sets()) {
                    REQUIRE(split(elements, layout, set) == planes);
                    REQUIRE(merge(planes, layout, set) == elements);
                }
            }
        }
    }
}

TEST_CASE("long runs of elements are split as single elements are", "[codec]") {
    const Bytes elements = test::random_bytes(8 * 131, 7);
    for (const int width : {2, 4, 8}) {
        const ElementLayout layout{static_cast<std::uint8_t>(width), true};
        const std::size_t count = elements.size() / layout.width;
        const Bytes planes = split(elements, layout);
        for (std::size_t i = 0; i < count; ++i) {
            const auto first = elements.begin() + static_cast<std::ptrdiff_t>(i * layout.width);
            const Bytes alone = split(Bytes(first, first + width), layout);
            for (std::size_t plane = 0; plane < layout.width; ++plane) {
                CAPTURE(width, i, plane);
                REQUIRE(planes[plane * count + i] == alone[plane]);
            }
        }
    }
}

}  // namespace
}  // namespace ckptlite::codec
