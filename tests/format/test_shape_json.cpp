// SPDX-License-Identifier: MIT
#include <cstdint>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include "base/limits.hpp"
#include "ckptlite/error.hpp"
#include "format/shape_json.hpp"
#include "support/catch.hpp"
#include "support/throws.hpp"

namespace ckptlite::format {
namespace {

TEST_CASE("shapes are read as they are written", "[format]") {
    CHECK(parse_shape("[]") == Shape{});
    CHECK(parse_shape("[0]") == Shape{0});
    CHECK(parse_shape("[3, 4]") == Shape{3, 4});
    CHECK(parse_shape("[2, 0, 3]") == Shape{2, 0, 3});
    CHECK(parse_shape("[9223372036854775807]") == Shape{std::numeric_limits<std::int64_t>::max()});
}

TEST_CASE("any shape survives its text", "[format]") {
    std::mt19937_64 random(6);
    for (int i = 0; i < 2'000; ++i) {
        Shape shape(random() % 8);
        for (std::int64_t& extent : shape)
            extent = static_cast<std::int64_t>(random() >> (1 + random() % 63));
        CAPTURE(shape_text(shape));
        CHECK(parse_shape(shape_text(shape)) == shape);
    }
}

TEST_CASE("the highest rank is read and the next is corrupt", "[format]") {
    const Shape highest(limits::kRank, 1);
    CHECK(parse_shape(shape_text(highest)) == highest);
    const Shape over(limits::kRank + 1, 1);
    CHECK_THROWS_AS(parse_shape(shape_text(over)), Corrupt);
}

TEST_CASE("texts that no shape is written as are corrupt", "[format]") {
    const std::vector<std::string> texts{
        "",
        "[",
        "]",
        "3",
        "[3",
        "3]",
        "[3,4]",
        "[3,  4]",
        "[ 3, 4]",
        "[3, 4 ]",
        "[3, ]",
        "[, 3]",
        "[-1]",
        "[+1]",
        "[03]",
        "[3.0]",
        "[1e3]",
        "[-0]",
        "[null]",
        "[[3]]",
        "(3, 4)",
        "[3, 4]]",
        "[3, 4] ",
        "[3; 4]",
        "[3, x]",
        "[3]\n",
        "[ ]",
        "[\"3\"]",
        "[9223372036854775808]",
        "[18446744073709551617]",
    };
    for (const std::string& text : texts) {
        CAPTURE(text);
        CHECK_THROWS_AS(parse_shape(text), Corrupt);
    }
    CHECK_THROWS_AS(parse_shape(std::string_view("[3]\0", 4)), Corrupt);
}

TEST_CASE("a long text that is no shape is not repeated in full", "[format]") {
    const std::string text(1'000'000, '[');
    try {
        parse_shape(text);
        FAIL("it was accepted");
    } catch (const Corrupt& error) {
        CHECK(error.message().size() < 200);
    }
}

}  // namespace
}  // namespace ckptlite::format
