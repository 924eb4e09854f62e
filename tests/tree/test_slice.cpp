// SPDX-License-Identifier: MIT
#include "ckptlite/error.hpp"
#include "ckptlite/slice.hpp"
#include "support/catch.hpp"
#include "support/throws.hpp"

namespace ckptlite::test {
namespace {

/// The positions on each axis, "0,2" or, of an axis that goes away, "=5"; axes end with ';'.
std::string positions(std::string_view text, const Shape& shape) {
    std::string out;
    for (const AxisRange& range : parse_slice(text, shape)) {
        if (range.is_index) out += '=';
        for (std::uint64_t i = 0; i < range.count; ++i) {
            out += (i > 0 ? "," : "") + std::to_string(range.first + i * range.step);
        }
        out += ';';
    }
    return out;
}

TEST_CASE("a slice is read as NumPy reads it", "[slice]") {
    CHECK(positions("1", {4}) == "=1;");
    CHECK(positions("-1", {4}) == "=3;");
    CHECK(positions("1:3", {4}) == "1,2;");
    CHECK(positions(":", {3}) == "0,1,2;");
    CHECK(positions("::2", {5}) == "0,2,4;");
    CHECK(positions("1::3", {5}) == "1,4;");
    CHECK(positions("-2:", {5}) == "3,4;");
    CHECK(positions(":-3", {5}) == "0,1;");
    CHECK(positions(" 0:2 , 1 ", {3, 2}) == "0,1;=1;");
    CHECK(positions("1", {3, 2}) == "=1;0,1;");
}

TEST_CASE("the bounds of a slice are cut to the axis", "[slice]") {
    CHECK(positions("2:99", {4}) == "2,3;");
    CHECK(positions("-99:2", {4}) == "0,1;");
    CHECK(positions("3:1", {4}) == ";");
    CHECK(positions("9:", {4}) == ";");
    CHECK(positions(":", {0}) == ";");
    CHECK(positions("-9223372036854775808:9223372036854775807:9223372036854775807", {4}) == "0;");
}

TEST_CASE("an ellipsis stands for the axes that are not named", "[slice]") {
    CHECK(positions("...,1", {2, 3, 2}) == "0,1;0,1,2;=1;");
    CHECK(positions("1,...", {2, 3}) == "=1;0,1,2;");
    CHECK(positions("0,...,0", {2, 3}) == "=0;=0;");
    CHECK(positions("...", {}).empty());
}

TEST_CASE("what is no slice, or outside, is refused with the reason", "[slice]") {
    const auto parse = [](std::string_view text) { return parse_slice(text, {4, 3}); };
    REQUIRE_THROWS_SAYING(parse("x"), InvalidArgument, "'x' in a slice is no integer");
    REQUIRE_THROWS_SAYING(parse("1,"), InvalidArgument, "'' in a slice is no integer");
    REQUIRE_THROWS_SAYING(parse("1.5"), InvalidArgument, "no integer");
    REQUIRE_THROWS_SAYING(parse("99999999999999999999"), InvalidArgument, "no integer");
    REQUIRE_THROWS_SAYING(parse("::0"), InvalidArgument, "step of a slice is 1 or more");
    REQUIRE_THROWS_SAYING(parse("::-1"), InvalidArgument, "step of a slice is 1 or more");
    REQUIRE_THROWS_SAYING(parse("1:2:3:4"), InvalidArgument, "more than FIRST:LAST:STEP");
    REQUIRE_THROWS_SAYING(parse("4"), InvalidArgument, "index 4 is outside axis 0");
    REQUIRE_THROWS_SAYING(parse("0,-4"), InvalidArgument, "index -4 is outside axis 1");
    REQUIRE_THROWS_SAYING(parse("0,0,0"), InvalidArgument, "names 3 axes, the shape [4, 3] has 2");
    REQUIRE_THROWS_SAYING(parse("...,..."), InvalidArgument, "'...' once");
}

}  // namespace
}  // namespace ckptlite::test
