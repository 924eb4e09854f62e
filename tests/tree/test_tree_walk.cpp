// SPDX-License-Identifier: MIT
#include "tree/tree_walk.hpp"

#include <random>

#include "ckptlite/error.hpp"
#include "support/catch.hpp"
#include "support/random_tree.hpp"
#include "support/throws.hpp"

namespace ckptlite::pytree {
namespace {

std::vector<std::string> paths_of(const Tree& tree) {
    std::vector<std::string> paths;
    for_each_leaf(tree, [&](const std::string& path, const Tree&) { paths.push_back(path); });
    return paths;
}

/// `levels` lists around a leaf.
Tree nested(std::size_t levels) {
    Tree tree(1);
    for (std::size_t i = 0; i < levels; ++i) {
        List list;
        list.items.push_back(std::move(tree));
        tree = std::move(list);
    }
    return tree;
}

TEST_CASE("leaves are visited in tree order under their paths", "[tree]") {
    const NamedTuple state{.type = "S", .fields = {{"z", Tree(1)}, {"a", Tree(2)}}};
    const Tree tree(Dict{{"b", List{{Tree(1), Tree(), Tree(Tuple{{Tree(2)}})}}},
                         {"a", state},
                         {"c", Dict{}},
                         {4, "text"}});
    CHECK(paths_of(tree) == std::vector<std::string>{"/#4", "/a/z", "/a/a", "/b/0", "/b/2/0"});
    CHECK(paths_of(Tree(1)) == std::vector<std::string>{""});
    CHECK(paths_of(Tree()).empty());
}

TEST_CASE("every leaf is found again at its path", "[tree]") {
    for (std::uint64_t seed = 0; seed < 200; ++seed) {
        std::mt19937_64 random(seed);
        const Tree tree = test::random_tree(random);
        INFO("seed " << seed);
        for_each_leaf(tree, [&](const std::string& path, const Tree& leaf) {
            CHECK(&tree.at(path) == &leaf);
        });
    }
}

TEST_CASE("names that are not UTF-8 or have a NUL are refused with their place", "[tree]") {
    const auto below_a = [](Tree node) { return Tree(Dict{{"a", std::move(node)}}); };
    const std::string nul("x\0y", 3);
    REQUIRE_THROWS_SAYING(paths_of(below_a(Dict{{"\xff", 1}})), InvalidArgument,
                          "/a has a dict key that is not UTF-8");
    REQUIRE_THROWS_SAYING(paths_of(below_a(Dict{{nul, None()}})), InvalidArgument,
                          "/a has a dict key with a NUL");
    REQUIRE_THROWS_SAYING(paths_of(below_a(NamedTuple{.type = "\xc0\x80", .fields = {}})),
                          InvalidArgument, "/a has a namedtuple's type name that is not UTF-8");
    REQUIRE_THROWS_SAYING(paths_of(below_a(NamedTuple{.type = nul, .fields = {}})), InvalidArgument,
                          "type name with a NUL");
    REQUIRE_THROWS_SAYING(
        paths_of(below_a(NamedTuple{.type = "T", .fields = {{"\xed\xa0\x80", None()}}})),
        InvalidArgument, "field name that is not UTF-8");
}

TEST_CASE("two fields of one name are refused", "[tree]") {
    const NamedTuple twins{.type = "T", .fields = {{"x", Tree(1)}, {"y", 2}, {"x", 3}}};
    REQUIRE_THROWS_SAYING(paths_of(twins), InvalidArgument, "two fields named 'x'");
}

TEST_CASE("a tree may have 128 levels and not one more", "[tree]") {
    CHECK(paths_of(nested(128)).size() == 1);
    REQUIRE_THROWS_SAYING(paths_of(nested(129)), InvalidArgument, "more levels");
}

TEST_CASE("a path may have 16384 bytes and not one more", "[tree]") {
    CHECK(paths_of(Dict{{std::string(16'383, 'k'), 1}}).size() == 1);
    REQUIRE_THROWS_SAYING(paths_of(Dict{{std::string(16'384, 'k'), 1}}), InvalidArgument,
                          "longer path");
}

TEST_CASE("a tree may have a million leaves and not one more", "[tree]") {
    List list{std::vector<Tree>(1'000'000, Tree(true))};
    CHECK_NOTHROW(check_tree(list));
    list.items.push_back(Tree(true));
    REQUIRE_THROWS_SAYING(check_tree(list), InvalidArgument, "more leaves");
}

TEST_CASE("a tree may have four million nodes and not one more", "[tree]") {
    CHECK_NOTHROW(check_tree(List{std::vector<Tree>(3'999'999)}));
    REQUIRE_THROWS_SAYING(check_tree(List{std::vector<Tree>(4'000'000)}), InvalidArgument,
                          "more nodes");
}

}  // namespace
}  // namespace ckptlite::pytree
