// SPDX-License-Identifier: MIT
// Structures that somebody damaged or forged: each is Corrupt, with a sentence that says why.
#include <random>
#include <string>
#include <vector>

#include "base/limits.hpp"
#include "ckptlite/error.hpp"
#include "support/catch.hpp"
#include "support/random_tree.hpp"
#include "support/throws.hpp"
#include "tree/structure.hpp"

namespace ckptlite::pytree {
namespace {

struct Case {
    std::string json;
    std::string words;
};

void check_refused(const std::vector<Case>& cases) {
    for (const Case& damaged : cases) {
        INFO("structure " << damaged.json);
        REQUIRE_THROWS_SAYING(leaf_paths(damaged.json), Corrupt, damaged.words);
    }
}

std::string repeated(const std::string& text, std::size_t n) {
    std::string all;
    for (std::size_t i = 0; i < n; ++i) all += text;
    return all;
}

TEST_CASE("text that is not JSON is corrupt", "[tree]") {
    check_refused({{"", "not JSON"},
                   {" ", "not JSON"},
                   {"nul", "not JSON"},
                   {"null null", "not JSON"},
                   {"\"*", "not JSON"},
                   {R"({"list":[)", "not JSON"},
                   {R"({"list":["*",]})", "not JSON"},
                   {R"({"list":["*"]}})", "not JSON"},
                   {R"({"list":[NaN]})", "not JSON"},
                   {"// comment\nnull", "not JSON"},
                   {"{\"dict\":[[\"\xff\",\"*\"]]}", "not JSON"},
                   {"{\"dict\":[[\"\xed\xa0\x80\",\"*\"]]}", "not JSON"},
                   {R"({"dict":[["\ud800","*"]]})", "not JSON"},
                   {std::string("null\0", 5), "not JSON"}});
}

TEST_CASE("a value where a node belongs is corrupt", "[tree]") {
    check_refused({{"[]", "array stands where none belongs"},
                   {"1", "number stands where none belongs"},
                   {"-1", "number stands where none belongs"},
                   {"1.5", "not a 64-bit integer"},
                   {"true", "boolean"},
                   {R"("x")", "not written \"*\""},
                   {R"({"list":["**"]})", "not written \"*\""},
                   {R"({"list":[[]]})", "array stands where none belongs"},
                   {R"({"tuple":[7]})", "number stands where none belongs"}});
}

TEST_CASE("an object that is no container is corrupt", "[tree]") {
    check_refused({{"{}", "names no container"},
                   {R"({"set":[]})", "'set' is no container"},
                   {R"({"Dict":[]})", "'Dict' is no container"},
                   {R"({"list":null})", "node stands where none belongs"},
                   {R"({"list":{}})", "node stands where none belongs"},
                   {R"({"list":"*"})", "node stands where none belongs"},
                   {R"({"list":[],"tuple":[]})", "two keys"},
                   {R"({"list":[],"list":[]})", "two keys"}});
}

TEST_CASE("a dict with wrong entries is corrupt", "[tree]") {
    check_refused({{R"({"dict":["a","*"]})", "node stands where none belongs"},
                   {R"({"dict":[{"a":"*"}]})", "node stands where none belongs"},
                   {R"({"dict":[[]]})", "array ends too early"},
                   {R"({"dict":[["a"]]})", "array ends too early"},
                   {R"({"dict":[["a","*","*"]]})", "node stands where none belongs"},
                   {R"({"dict":[[null,"*"]]})", "node stands where none belongs"},
                   {R"({"dict":[[true,"*"]]})", "boolean"},
                   {R"({"dict":[[1.0,"*"]]})", "not a 64-bit integer"},
                   {R"({"dict":[["a",1]]})", "number stands where none belongs"},
                   {R"({"dict":[["a\u0000","*"]]})", "NUL"}});
}

TEST_CASE("keys out of order or standing twice are corrupt", "[tree]") {
    check_refused({{R"({"dict":[["b","*"],["a","*"]]})", "out of order or stand twice"},
                   {R"({"dict":[["a","*"],["a",null]]})", "out of order or stand twice"},
                   {R"({"dict":[[2,"*"],[1,"*"]]})", "out of order or stand twice"},
                   {R"({"dict":[[2,"*"],[2,"*"]]})", "out of order or stand twice"},
                   {R"({"dict":[["a","*"],[2,"*"]]})", "out of order or stand twice"}});
}

TEST_CASE("integer keys outside 64 bits are corrupt", "[tree]") {
    check_refused({{R"({"dict":[[9223372036854775808,"*"]]})", "64 bits"},
                   {R"({"dict":[[18446744073709551616,"*"]]})", "not a 64-bit integer"},
                   {R"({"dict":[[-9223372036854775809,"*"]]})", "not a 64-bit integer"}});
    CHECK(leaf_paths(R"({"dict":[[-9223372036854775808,"*"],[9223372036854775807,"*"]]})") ==
          std::vector<std::string>{"/#-9223372036854775808", "/#9223372036854775807"});
}

TEST_CASE("a damaged namedtuple is corrupt", "[tree]") {
    check_refused({{R"({"namedtuple":[]})", "array ends too early"},
                   {R"({"namedtuple":["T"]})", "array ends too early"},
                   {R"({"namedtuple":[[]]})", "array stands where none belongs"},
                   {R"({"namedtuple":[1,[]]})", "number stands where none belongs"},
                   {R"({"namedtuple":["T","*"]})", "node stands where none belongs"},
                   {R"({"namedtuple":["T",[],[]]})", "array stands where none belongs"},
                   {R"({"namedtuple":["T",[[1,"*"]]]})", "number stands where none belongs"},
                   {R"({"namedtuple":["T",[["x"]]]})", "array ends too early"},
                   {R"({"namedtuple":["T\u0000",[]]})", "NUL"},
                   {R"({"namedtuple":["T",[["\u0000",null]]]})", "NUL"},
                   {R"({"namedtuple":["T",[["x","*"],["y","*"],["x","*"]]]})",
                    "two fields have the same name"}});
}

TEST_CASE("damage deep in a tree is named with its place", "[tree]") {
    check_refused({{R"({"dict":[["a",{"list":["*",{"set":[]}]}]]})", "at /a/1: 'set'"}});
}

TEST_CASE("128 levels are read and one more is corrupt", "[tree]") {
    const auto nested = [](std::size_t n) {
        return repeated(R"({"list":[)", n) + R"("*")" + repeated("]}", n);
    };
    CHECK(leaf_paths(nested(limits::kDepth)).size() == 1);
    REQUIRE_THROWS_SAYING(leaf_paths(nested(limits::kDepth + 1)), Corrupt, "too many levels");
}

TEST_CASE("a hundred thousand levels are an error, not a stack overflow", "[tree]") {
    constexpr std::size_t kLevels = 100'000;
    for (const char* open : {"[", R"({"list":[)", R"({"tuple":[)", R"({"dict":[["a",)",
                             R"({"namedtuple":["T",[["f",)", R"({"a":)"})
        REQUIRE_THROWS_AS(leaf_paths(repeated(open, kLevels)), Corrupt);
}

TEST_CASE("paths and counts over the limits are corrupt", "[tree]") {
    const std::string key(limits::kPathBytes, 'k');
    REQUIRE_THROWS_SAYING(leaf_paths(R"({"dict":[[")" + key + R"(","*"]]})"), Corrupt,
                          "path is too long");
    const std::string leaves = R"({"list":["*")" + repeated(R"(,"*")", limits::kLeaves) + "]}";
    REQUIRE_THROWS_SAYING(leaf_paths(leaves), Corrupt, "too many leaves");
    const std::string nones = R"({"list":[null)" + repeated(",null", limits::kNodes) + "]}";
    REQUIRE_THROWS_SAYING(leaf_paths(nones), Corrupt, "too many nodes");
    const std::string spaces(limits::kStructureBytes + 1, ' ');
    REQUIRE_THROWS_SAYING(leaf_paths(spaces), Corrupt, "larger than the format allows");
}

TEST_CASE("a structure with random damage is a tree or corrupt", "[tree]") {
    const std::string whole = structure_json(test::tree_of_every_kind());
    const std::string alphabet = "[]{}\",:*0-\\u\x80 nlt";
    std::mt19937_64 random(11);
    for (int i = 0; i < 3'000; ++i) {
        std::string damaged = whole.substr(0, 200 + random() % (whole.size() - 200));
        if (i % 2 == 0) damaged = whole;
        damaged[random() % damaged.size()] = alphabet[random() % alphabet.size()];
        try {
            const Tree tree = tree_from_structure(damaged, [](auto&) { return Tree(1); });
            CHECK(structure_json(tree).size() <= damaged.size() + 8);
        } catch (const Corrupt&) {
        }
    }
}

}  // namespace
}  // namespace ckptlite::pytree
