// SPDX-License-Identifier: MIT
#include <random>

#include "ckptlite/error.hpp"
#include "ckptlite/tree.hpp"
#include "support/catch.hpp"
#include "support/random_tree.hpp"
#include "support/throws.hpp"

namespace ckptlite {
namespace {

using Lines = std::vector<std::string>;

Tensor zeros(DType dtype, Shape shape) {
    const Bytes bytes(nbytes_of(dtype, shape));
    return Tensor::copy(dtype, std::move(shape), bytes);
}

TEST_CASE("a tree fits itself and others of its kinds", "[tree]") {
    for (std::uint64_t seed = 0; seed < 50; ++seed) {
        std::mt19937_64 random(seed);
        const Tree tree = test::random_tree(random);
        INFO("seed " << seed);
        CHECK(differences(tree, tree).empty());
    }
    CHECK(differences(Dict{{"a", 1.0}, {"b", "x"}}, Dict{{"a", 2.0}, {"b", "y"}}).empty());
}

TEST_CASE("every difference is listed at once, in tree order", "[tree]") {
    const Tree expected(Dict{{"a", Dict{{"b", 1}, {"c", Tuple{{Tree(1), Tree(2)}}}}},
                             {"d", zeros(DType::float32, {2})},
                             {"e", zeros(DType::int8, {3, 4})},
                             {"f", List{}},
                             {"g", 1.0}});
    const Tree stored(Dict{{"c", Dict{{"x", 1}}},
                           {"d", zeros(DType::float16, {3})},
                           {"e", zeros(DType::int8, {4, 3})},
                           {"f", Tuple{}},
                           {"g", 1},
                           {"h", None()}});
    CHECK(differences(expected, stored) ==
          Lines{"missing /a/b", "missing /a/c/0", "missing /a/c/1", "unexpected /c/x",
                "dtype /d: expected float32, stored float16", "shape /d: expected [2], stored [3]",
                "shape /e: expected [3, 4], stored [4, 3]", "kind /f: expected list, stored tuple",
                "kind /g: expected float, stored int", "unexpected /h"});
}

TEST_CASE("lists of different length list the positions", "[tree]") {
    const Tree two(Dict{{"l", List{{Tree(1), Tree(2)}}}});
    const Tree three(Dict{{"l", List{{Tree(1), Tree(2), Tree(Dict{{"k", 1}})}}}});
    CHECK(differences(two, three) == Lines{"unexpected /l/2/k"});
    CHECK(differences(three, two) == Lines{"missing /l/2/k"});
    CHECK(differences(Tuple{{Tree(1)}}, Tuple{}) == Lines{"missing /0"});
}

TEST_CASE("namedtuples differ by type, fields and their order", "[tree]") {
    const auto make = [](const char* type, const char* a, const char* b) {
        return Tree(NamedTuple{.type = type, .fields = {{a, Tree(1)}, {b, Tree(2)}}});
    };
    CHECK(differences(make("T", "x", "y"), make("U", "x", "z")) ==
          Lines{"type (root): expected T, stored U", "missing /y", "unexpected /z"});
    CHECK(differences(make("T", "x", "y"), make("T", "y", "x")) ==
          Lines{"order (root): expected (x, y), stored (y, x)"});
}

TEST_CASE("a missing node without leaves is named itself", "[tree]") {
    const Tree expected(Dict{{"none", None()}, {"empty", Dict{}}, {"nested", List{{Tree()}}}});
    CHECK(differences(expected, Dict{}) ==
          Lines{"missing /empty", "missing /nested", "missing /none"});
}

TEST_CASE("integer and string keys are different entries", "[tree]") {
    CHECK(differences(Dict{{3, 1}, {"4", 1}}, Dict{{"3", 1}, {4, 1}}) ==
          Lines{"missing /#3", "unexpected /#4", "unexpected /3", "missing /4"});
}

TEST_CASE("the root itself can be of another kind", "[tree]") {
    CHECK(differences(Tree(1), Dict{}) == Lines{"kind (root): expected int, stored dict"});
    CHECK(differences(None(), Tensor()) == Lines{"kind (root): expected none, stored tensor"});
}

TEST_CASE("differences do not depend on which tree misses the entry", "[tree]") {
    for (std::uint64_t seed = 0; seed < 50; ++seed) {
        std::mt19937_64 random(seed);
        const Tree one = test::random_tree(random);
        const Tree two = test::random_tree(random);
        INFO("seed " << seed);
        CHECK_FALSE(differences(one, two).empty());
        CHECK(differences(one, two).size() == differences(two, one).size());
    }
}

TEST_CASE("a tree that cannot be stored is not compared", "[tree]") {
    REQUIRE_THROWS_SAYING(differences(Dict{{"\xff", 1}}, Dict{}), InvalidArgument, "UTF-8");
}

}  // namespace
}  // namespace ckptlite
