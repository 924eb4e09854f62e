// SPDX-License-Identifier: MIT
#include "tree/path_pattern.hpp"

#include "ckptlite/error.hpp"
#include "support/catch.hpp"
#include "support/random_tree.hpp"
#include "support/throws.hpp"

namespace ckptlite::pytree {
namespace {

bool match(std::string_view pattern, std::string_view path) {
    return PathPattern(pattern).matches(path);
}

TEST_CASE("a path without wildcards matches itself only", "[tree]") {
    CHECK(match("", ""));
    CHECK(match("/a/b", "/a/b"));
    CHECK_FALSE(match("/a/b", "/a/b/c"));
    CHECK_FALSE(match("/a/b", "/a"));
    CHECK_FALSE(match("", "/"));
    CHECK_FALSE(match("/", ""));
    CHECK_FALSE(match("/a.b", "/axb"));
    CHECK_FALSE(match("/A", "/a"));
}

TEST_CASE("every leaf's path matches itself", "[tree]") {
    for_each_leaf(test::tree_of_every_kind(), [](const std::string& path, const Tree&) {
        INFO(path);
        CHECK(match(path, path));
    });
}

TEST_CASE("a star stays within its token", "[tree]") {
    CHECK(match("/*/kernel", "/dense_0/kernel"));
    CHECK(match("/dense_*/kernel", "/dense_/kernel"));
    CHECK(match("/*_0/k*l", "/dense_0/kernel"));
    CHECK(match("/*", "/"));
    CHECK_FALSE(match("/*", "/a/b"));
    CHECK_FALSE(match("/*", ""));
    CHECK_FALSE(match("/*/*", "/a"));
    CHECK(match("/a**b", "/axxb"));
    CHECK_FALSE(match("/a**b", "/a/b"));
}

TEST_CASE("two stars are any number of tokens", "[tree]") {
    CHECK(match("/**", ""));
    CHECK(match("/**", "/a/b/c"));
    CHECK(match("/a/**", "/a"));
    CHECK(match("/a/**", "/a/b/c"));
    CHECK_FALSE(match("/a/**", "/ab/c"));
    CHECK(match("/**/kernel", "/kernel"));
    CHECK(match("/**/kernel", "/a/b/kernel"));
    CHECK_FALSE(match("/**/kernel", "/a/kernel/b"));
    CHECK(match("/a/**/b/*/**/c", "/a/b/x/b/y/c"));
    CHECK(match("/**/b/**/b/c", "/b/b/b/c"));
    CHECK_FALSE(match("/**/b/**/b/c", "/b/c"));
}

TEST_CASE("escaped characters are matched as what they stand for", "[tree]") {
    CHECK(match("/a~1b", "/a~1b"));
    CHECK(match("/a*b", "/a~1b"));
    CHECK_FALSE(match("/*1b", "/a~1b"));
    CHECK_FALSE(match("/a/b", "/a~1b"));
    CHECK(match("/#3", "/#3"));
    CHECK_FALSE(match("/3", "/#3"));
}

TEST_CASE("malformed patterns are refused", "[tree]") {
    REQUIRE_THROWS_SAYING(PathPattern("a/*"), InvalidArgument, "'/a/*' instead of 'a/*'");
    REQUIRE_THROWS_SAYING(PathPattern("**"), InvalidArgument, "'/**'");
    REQUIRE_THROWS_SAYING(PathPattern("/a~"), InvalidArgument, "~0");
}

TEST_CASE("many wildcards take no exponential time", "[tree]") {
    std::string stars = "/", tokens, path;
    for (int i = 0; i < 500; ++i) stars += "a*", tokens += "/**/a*";
    for (int i = 0; i < 120; ++i) path += "/aaaaaaaaaaaa";
    CHECK_FALSE(match(stars + "b", "/" + std::string(8'000, 'a')));
    CHECK_FALSE(match(tokens + "/b", path));
    CHECK_FALSE(match("/**/*/**/*/**/*/**/*/**/b", path));
}

}  // namespace
}  // namespace ckptlite::pytree
