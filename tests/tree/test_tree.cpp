// SPDX-License-Identifier: MIT
#include "ckptlite/tree.hpp"

#include <bit>
#include <limits>

#include "ckptlite/error.hpp"
#include "support/catch.hpp"
#include "support/random_tree.hpp"
#include "support/throws.hpp"

namespace ckptlite {
namespace {

constexpr std::uint64_t kTooLarge = 1ULL << 63;

TEST_CASE("a dict is the same whatever the order of insertion", "[tree]") {
    Dict one{{"b", 2}, {"a", 1}, {10, 3}, {9, 4}};
    Dict two;
    two[9] = 4;
    two["a"] = 1;
    two[10] = 3;
    two["b"] = 2;
    CHECK(one == two);
    std::vector<Key> keys;
    for (const DictEntry& entry : one) keys.push_back(entry.key);
    CHECK(keys == std::vector<Key>{9, 10, "a", "b"});
}

TEST_CASE("strings sort by code point and integers by value before them", "[tree]") {
    CHECK(Key(-5) < Key(3));
    CHECK(Key(std::numeric_limits<std::int64_t>::max()) < Key(""));
    CHECK(Key("z") < Key("\u00e9"));
    CHECK(Key("\uffff") < Key("\U0001F600"));
    CHECK(Key("3") != Key(3));
}

TEST_CASE("a dict refuses a key that stands twice", "[tree]") {
    REQUIRE_THROWS_SAYING((Dict{{"a", 1}, {"b", 2}, {"a", 3}}), InvalidArgument, "'a'");
    REQUIRE_THROWS_SAYING((Dict{{7, 1}, {7, 2}}), InvalidArgument, "7");
}

TEST_CASE("a dict finds its keys and makes new ones as none", "[tree]") {
    Dict dict{{"a", 1}, {3, 2}};
    REQUIRE(dict.find("a") != nullptr);
    CHECK(dict.find("a")->scalar().as<std::int64_t>() == 1);
    CHECK(dict.find("3") == nullptr);
    CHECK(dict["new"].is_none());
    CHECK(dict.size() == 3);
    CHECK(Dict().empty());
}

TEST_CASE("integers over 63 bits are refused, not wrapped", "[tree]") {
    REQUIRE_THROWS_SAYING(Tree(kTooLarge), InvalidArgument, "9223372036854775808");
    REQUIRE_THROWS_SAYING(Key(kTooLarge), InvalidArgument, "9223372036854775808");
    CHECK(Tree(kTooLarge - 1).scalar().as<std::int64_t>() ==
          std::numeric_limits<std::int64_t>::max());
    CHECK(Key(-1).integer() == -1);
}

TEST_CASE("scalars keep the kind of the C++ value", "[tree]") {
    CHECK(Tree(1).scalar().as<std::int64_t>() == 1);
    CHECK(Tree(1.5F).scalar().as<double>() == 1.5);
    CHECK(Tree(true).scalar().as<bool>());
    CHECK(Tree("text").scalar().as<std::string>() == "text");
    CHECK(Tree(std::complex<double>(1, 2)).scalar().as<std::complex<double>>().imag() == 2);
    CHECK(Tree(Bytes{std::byte{1}}).scalar().as<Bytes>().size() == 1);
    REQUIRE_THROWS_SAYING(Tree(1).scalar().as<double>(), TypeError, "int");
}

TEST_CASE("leaves of different kinds are different", "[tree]") {
    const std::vector<Tree> all{Tree(),
                                Tree(1),
                                Tree(1.0),
                                Tree(true),
                                Tree("1"),
                                Tree(Bytes{}),
                                Tree(List{}),
                                Tree(Tuple{}),
                                Tree(Dict{}),
                                Tree(NamedTuple{}),
                                Tree(Tensor::own(std::vector<std::int64_t>{1}, {})),
                                Tree(std::complex<double>(1.0))};
    for (std::size_t i = 0; i < all.size(); ++i)
        for (std::size_t j = 0; j < all.size(); ++j) CHECK((all[i] == all[j]) == (i == j));
}

TEST_CASE("float scalars are compared by their bits", "[tree]") {
    const double nan = std::numeric_limits<double>::quiet_NaN();
    const double other_nan = std::bit_cast<double>(std::bit_cast<std::uint64_t>(nan) + 1);
    CHECK(Tree(nan) == Tree(nan));
    CHECK_FALSE(Tree(nan) == Tree(other_nan));
    CHECK_FALSE(Tree(0.0) == Tree(-0.0));
    CHECK_FALSE(Tree(std::complex<double>(0, 0.0)) == Tree(std::complex<double>(0, -0.0)));
}

TEST_CASE("namedtuples differ by type, field names and field order", "[tree]") {
    const auto make = [](const char* type, const char* a, const char* b) {
        return Tree(NamedTuple{.type = type, .fields = {{a, Tree(1)}, {b, Tree(1)}}});
    };
    CHECK(make("T", "x", "y") == make("T", "x", "y"));
    CHECK_FALSE(make("T", "x", "y") == make("U", "x", "y"));
    CHECK_FALSE(make("T", "x", "y") == make("T", "y", "x"));
}

TEST_CASE("asking a node for what it is not says what it is", "[tree]") {
    REQUIRE_THROWS_SAYING(Tree(List{}).dict(), TypeError, "is a list, not a dict");
    REQUIRE_THROWS_SAYING(Tree().list(), TypeError, "is a none, not a list");
    REQUIRE_THROWS_SAYING(Tree(1.5).tensor(), TypeError, "is a float, not a tensor");
    REQUIRE_THROWS_SAYING(Tree(Tensor()).scalar(), TypeError, "is a tensor, not a scalar");
    REQUIRE_THROWS_SAYING(Tree(Dict{}).tuple(), TypeError, "is a dict, not a tuple");
    REQUIRE_THROWS_SAYING(Tree(Tuple{}).named_tuple(), TypeError, "is a tuple, not a namedtuple");
}

TEST_CASE("a path leads to its node", "[tree]") {
    const Tree tree = test::tree_of_every_kind();
    CHECK(tree.at("") == tree);
    CHECK(tree.at("/containers/full tuple/1/k") == Tree(1));
    CHECK(tree.at("/containers/full namedtuple/mu") == Tree(1.0));
    CHECK(tree.at("/containers/full namedtuple/a~1~0b").is_none());
    CHECK(tree.at("/keys/a~1b") == *tree.at("/keys").dict().find("a/b"));
    CHECK(tree.at("/keys/") == *tree.at("/keys").dict().find(""));
    CHECK(tree.at("/keys/3") == *tree.at("/keys").dict().find("3"));
    CHECK(tree.at("/keys/#3") == *tree.at("/keys").dict().find(3));
    CHECK(tree.at("/keys/##3") == *tree.at("/keys").dict().find("#3"));
}

TEST_CASE("a path that leads nowhere names the token", "[tree]") {
    const Tree tree(Dict{{"a", List{{Tree(1)}}}});
    REQUIRE_THROWS_SAYING(tree.at("/a/1"), NotFound, "no '1' in the list at '/a'");
    REQUIRE_THROWS_SAYING(tree.at("/a/00"), NotFound, "no '00'");
    REQUIRE_THROWS_SAYING(tree.at("/a/-1"), NotFound, "no '-1'");
    REQUIRE_THROWS_SAYING(tree.at("/b"), NotFound, "no 'b' in the dict");
    REQUIRE_THROWS_SAYING(tree.at("/a/0/x"), NotFound, "in the int at '/a/0'");
    REQUIRE_THROWS_SAYING(tree.at("a"), InvalidArgument, "begins with '/'");
}

TEST_CASE("copies of a tree share the bytes of its tensors", "[tree]") {
    const Tree tree(Dict{{"w", Tensor::own(std::vector<float>{1, 2}, {2})}});
    const Tree copy = tree;
    CHECK(copy == tree);
    CHECK(copy.at("/w").tensor().bytes().data() == tree.at("/w").tensor().bytes().data());
}

}  // namespace
}  // namespace ckptlite
