// SPDX-License-Identifier: MIT
#include "tree/path.hpp"

#include <algorithm>
#include <random>
#include <set>

#include "ckptlite/error.hpp"
#include "support/catch.hpp"
#include "support/random_tree.hpp"
#include "support/throws.hpp"

namespace ckptlite::pytree {
namespace {

std::string token_of(const Key& key) {
    std::string path;
    append_key(path, key);
    return path;
}

TEST_CASE("keys are written as the format says", "[tree]") {
    CHECK(token_of("a/b") == "/a~1b");
    CHECK(token_of("a~b") == "/a~0b");
    CHECK(token_of("~1") == "/~01");
    CHECK(token_of("") == "/");
    CHECK(token_of(3) == "/#3");
    CHECK(token_of(-3) == "/#-3");
    CHECK(token_of("3") == "/3");
    CHECK(token_of("#3") == "/##3");
    CHECK(token_of("##-3") == "/###-3");
    CHECK(token_of("#03") == "/##03");
    CHECK(token_of("#") == "/#");
    CHECK(token_of("#-") == "/#-");
    CHECK(token_of("#3x") == "/#3x");
}

TEST_CASE("field names are escaped and positions are decimal", "[tree]") {
    std::string path = "/a";
    append_field(path, "#3/~");
    append_index(path, 12);
    CHECK(path == "/a/#3~1~0/12");
}

TEST_CASE("every key comes back from its token, and no two share one", "[tree]") {
    std::set<std::string> tokens;
    for (const Key& key : test::awkward_keys()) {
        const std::string path = token_of(key);
        INFO(path);
        CHECK(tokens.insert(path).second);
        REQUIRE(split(path).size() == 1);
        CHECK(parse_key(split(path).front()) == key);
    }
}

TEST_CASE("random keys of the awkward characters come back", "[tree]") {
    std::mt19937_64 random(2);
    for (int i = 0; i < 20'000; ++i) {
        std::string text;
        while (random() % 4 != 0) text += "##--0139/~a"[random() % 11];
        const std::string path = token_of(text);
        INFO("seed 2, key " << text);
        CHECK(parse_key(split(path).at(0)) == Key(text));
    }
}

TEST_CASE("tokens that no key is written as are no key", "[tree]") {
    for (const char* token : {"#03", "#-0", "#00", "#9223372036854775808", "#-9223372036854775809"})
        CHECK_FALSE(parse_key(token).has_value());
    CHECK(parse_key("#-9223372036854775808") == Key(INT64_MIN));
}

TEST_CASE("a path splits into its tokens", "[tree]") {
    using Tokens = std::vector<std::string_view>;
    CHECK(split("").empty());
    CHECK(split("/") == Tokens{""});
    CHECK(split("/a/b~1c") == Tokens{"a", "b~1c"});
    CHECK(split("//a/") == Tokens{"", "a", ""});
    CHECK(unescape("b~1c~0~01") == "b/c~~1");
    CHECK(unescape("b~") == "b~");
}

TEST_CASE("malformed paths are refused", "[tree]") {
    REQUIRE_THROWS_SAYING(split("a/b"), InvalidArgument, "begins with '/'");
    for (const char* path : {"/~", "/a~", "/~2", "/~/a", "/a~~0"})
        REQUIRE_THROWS_SAYING(split(path), InvalidArgument, "~0");
}

TEST_CASE("positions have no sign and no leading zeros", "[tree]") {
    CHECK(parse_index("0") == 0U);
    CHECK(parse_index("120") == 120U);
    for (const char* token : {"", "00", "01", "-1", "+1", "1 ", "1x", "99999999999999999999999"})
        CHECK_FALSE(parse_index(token).has_value());
}

}  // namespace
}  // namespace ckptlite::pytree
