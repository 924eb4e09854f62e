// SPDX-License-Identifier: MIT
#include "tree/structure.hpp"

#include <random>

#include "ckptlite/error.hpp"
#include "support/catch.hpp"
#include "support/random_tree.hpp"
#include "support/throws.hpp"

namespace ckptlite::pytree {
namespace {

Tree rebuilt(const Tree& tree) {
    return tree_from_structure(structure_json(tree),
                               [&](const std::string& path) { return tree.at(path); });
}

/// The leaves whose path begins with `prefix`, all of them the int 1.
std::optional<Tree> part(const Tree& tree, const std::string& prefix) {
    return part_from_structure(structure_json(tree), [&](const std::string& path) {
        return path.starts_with(prefix) ? std::optional<Tree>(1) : std::nullopt;
    });
}

TEST_CASE("each kind of node is written as the format says", "[tree]") {
    CHECK(structure_json(Tree()) == "null");
    CHECK(structure_json(Tree(1)) == R"("*")");
    CHECK(structure_json(Tensor()) == R"("*")");
    CHECK(structure_json(Dict{}) == R"({"dict":[]})");
    CHECK(structure_json(List{}) == R"({"list":[]})");
    CHECK(structure_json(Tuple{}) == R"({"tuple":[]})");
    CHECK(structure_json(NamedTuple{.type = "T", .fields = {}}) == R"({"namedtuple":["T",[]]})");
    CHECK(structure_json(Dict{{"b", 1}, {"a", None()}, {3, 1}, {"3", 1}, {-3, 1}}) ==
          R"({"dict":[[-3,"*"],[3,"*"],["3","*"],["a",null],["b","*"]]})");
    CHECK(structure_json(List{{Tree(1), Tree(Tuple{{Tree(1), Tree()}})}}) ==
          R"({"list":["*",{"tuple":["*",null]}]})");
    CHECK(structure_json(NamedTuple{.type = "Adam", .fields = {{"nu", 1}, {"mu", List{}}}}) ==
          R"({"namedtuple":["Adam",[["nu","*"],["mu",{"list":[]}]]]})");
}

TEST_CASE("names are UTF-8, escaped only where JSON must", "[tree]") {
    CHECK(structure_json(Dict{{"\u00e9\U0001F600", 1}}) ==
          "{\"dict\":[[\"\u00e9\U0001F600\",\"*\"]]}");
    CHECK(structure_json(Dict{{"\"\\/\n\x01", 1}}) == R"({"dict":[["\"\\/\n\u0001","*"]]})");
}

TEST_CASE("the tree of every kind comes back exactly", "[tree]") {
    const Tree tree = test::tree_of_every_kind();
    CHECK(rebuilt(tree) == tree);
}

TEST_CASE("random trees come back exactly", "[tree]") {
    for (std::uint64_t seed = 0; seed < 300; ++seed) {
        std::mt19937_64 random(seed);
        const Tree tree = test::random_tree(random);
        INFO("seed " << seed);
        CHECK(rebuilt(tree) == tree);
    }
}

TEST_CASE("leaves are asked for in tree order", "[tree]") {
    std::mt19937_64 random(5);
    const Tree tree = test::random_tree(random);
    std::vector<std::string> walked, asked;
    for_each_leaf(tree, [&](const std::string& path, const Tree&) { walked.push_back(path); });
    tree_from_structure(structure_json(tree), [&](const std::string& path) {
        asked.push_back(path);
        return Tree();
    });
    CHECK(asked == walked);
    CHECK(leaf_paths(structure_json(tree)) == walked);
    CHECK(leaf_paths(R"("*")") == std::vector<std::string>{""});
    CHECK(leaf_paths("null").empty());
}

TEST_CASE("JSON that others wrote with spaces and escapes is read", "[tree]") {
    const Tree tree =
        tree_from_structure(" { \"dict\" : [ [ -3 , \"*\" ] , [ \"\\u00e9\" , null ] ] }\n",
                            [](const std::string&) { return Tree(1); });
    CHECK(tree == Tree(Dict{{-3, 1}, {"\u00e9", None()}}));
}

TEST_CASE("a part leaves out dict entries and keeps positions", "[tree]") {
    const NamedTuple state{.type = "S", .fields = {{"x", 1}, {"y", Dict{{"k", 1}}}}};
    const Tree tree(Dict{{"a", List{{Tree(1), Tree(1), Tree(List{{Tree(1)}})}}},
                         {"b", state},
                         {"c", Dict{{"d", 1}, {"e", Tuple{}}, {"f", None()}}},
                         {"g", Tuple{}}});
    CHECK(part(tree, "/a/1") == Tree(Dict{{"a", List{{Tree(), Tree(1), Tree()}}}}));
    CHECK(part(tree, "/b/y") ==
          Tree(Dict{
              {"b", NamedTuple{.type = "S", .fields = {{"x", None()}, {"y", Dict{{"k", 1}}}}}}}));
    CHECK(part(tree, "/c") == Tree(Dict{{"c", Dict{{"d", 1}}}}));
    CHECK(part(tree, "/nothing") == std::nullopt);
    CHECK(part(Tree(1), "") == Tree(1));
    CHECK(part(Tree(Dict{}), "") == std::nullopt);
}

TEST_CASE("an error of the leaf source passes through", "[tree]") {
    const auto fail = [](const std::string& path) -> Tree { throw NotFound("leaf " + path); };
    REQUIRE_THROWS_SAYING(tree_from_structure(R"({"list":[null,"*"]})", fail), NotFound, "leaf /1");
}

TEST_CASE("a tree that cannot be stored has no structure", "[tree]") {
    REQUIRE_THROWS_SAYING(structure_json(Dict{{"\xff", 1}}), InvalidArgument, "UTF-8");
}

}  // namespace
}  // namespace ckptlite::pytree
