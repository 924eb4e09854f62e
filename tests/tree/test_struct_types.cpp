// SPDX-License-Identifier: MIT
// Which types are objects of trees, and how large a struct may be.
#include <set>

#include "ckptlite/struct_tree.hpp"
#include "support/catch.hpp"
#include "support/sample_structs.hpp"

namespace mine {

struct Undescribed {
    int x = 0;
};

struct Base {
    int inherited = 1;
};
struct Derived : Base {
    int own = 2;
};
CKPTLITE_TREE(Derived, namedtuple, inherited, own);

class Outer {
    struct Inner {
        int x = 3;
        CKPTLITE_TREE_FRIEND(Inner, dict, x);
    };
    Inner inner_;
    CKPTLITE_TREE_FRIEND(Outer, dict, inner_);
};

struct Nothing {};
CKPTLITE_TREE(Nothing, namedtuple);

// clang-format off
#define MINE_16(x) x##0, x##1, x##2, x##3, x##4, x##5, x##6, x##7, x##8, x##9, x##a, x##b, x##c, x##d, x##e, x##f
#define MINE_256 MINE_16(m0), MINE_16(m1), MINE_16(m2), MINE_16(m3), MINE_16(m4), MINE_16(m5), MINE_16(m6), MINE_16(m7), \
                 MINE_16(m8), MINE_16(m9), MINE_16(ma), MINE_16(mb), MINE_16(mc), MINE_16(md), MINE_16(me), MINE_16(mf)
// clang-format on
struct Many {
    int MINE_256;
};
CKPTLITE_TREE(Many, namedtuple, MINE_256);

/// Cannot be made by default.
struct Sized {
    explicit Sized(std::size_t n) : weights(n) {}
    std::vector<float> weights;
};
CKPTLITE_TREE(Sized, namedtuple, weights);

using Kernel = std::array<std::vector<float>, 2>;

}  // namespace mine

template <>
inline constexpr std::string_view ckptlite::kAlternativeName<std::vector<int>> = "counts";

namespace ckptlite {
namespace {

TEST_CASE("what cannot be restored is no object of a tree", "[tree]") {
    STATIC_REQUIRE(TreeObject<sample::State>);
    STATIC_REQUIRE_FALSE(TreeObject<mine::Undescribed>);
    STATIC_REQUIRE_FALSE(TreeObject<std::vector<mine::Undescribed>>);
    STATIC_REQUIRE_FALSE(TreeObject<std::map<std::string, mine::Undescribed>>);
    STATIC_REQUIRE_FALSE(TreeObject<std::map<double, int>>);
    STATIC_REQUIRE_FALSE(TreeObject<std::map<bool, int>>);
    STATIC_REQUIRE_FALSE(TreeObject<std::set<int>>);
    STATIC_REQUIRE_FALSE(TreeObject<int*>);
    STATIC_REQUIRE_FALSE(TreeObject<const char*>);
    STATIC_REQUIRE_FALSE(TreeObject<std::string_view>);
    STATIC_REQUIRE_FALSE(TreeObject<long double>);
    STATIC_REQUIRE_FALSE(TreeObject<std::complex<long double>>);
    STATIC_REQUIRE_FALSE(TreeObject<std::shared_ptr<int>>);
}

TEST_CASE("what restoring may have to make needs a default", "[tree]") {
    STATIC_REQUIRE(TreeObject<mine::Sized>);
    STATIC_REQUIRE(TreeObject<std::pair<mine::Sized, int>>);
    STATIC_REQUIRE_FALSE(TreeObject<std::vector<mine::Sized>>);
    STATIC_REQUIRE_FALSE(TreeObject<std::map<int, mine::Sized>>);
    STATIC_REQUIRE_FALSE(TreeObject<std::optional<mine::Sized>>);
    STATIC_REQUIRE_FALSE(TreeObject<std::unique_ptr<mine::Sized>>);
}

TEST_CASE("what would be none in two ways is no object of a tree", "[tree]") {
    STATIC_REQUIRE(TreeObject<std::optional<int>>);
    STATIC_REQUIRE_FALSE(TreeObject<std::optional<std::optional<int>>>);
    STATIC_REQUIRE_FALSE(TreeObject<std::optional<std::unique_ptr<int>>>);
    STATIC_REQUIRE_FALSE(TreeObject<std::optional<Tree>>);
    STATIC_REQUIRE_FALSE(TreeObject<std::optional<std::monostate>>);
}

TEST_CASE("the alternatives of a variant need names that differ", "[tree]") {
    STATIC_REQUIRE(TreeObject<std::variant<float, double, std::string, std::vector<float>>>);
    STATIC_REQUIRE_FALSE(TreeObject<std::variant<std::vector<float>, std::vector<double>>>);
    STATIC_REQUIRE_FALSE(TreeObject<std::variant<int, mine::Undescribed>>);
    STATIC_REQUIRE_FALSE(TreeObject<std::variant<int, int>>);
    using Named = std::variant<std::vector<float>, std::vector<int>>;
    STATIC_REQUIRE(TreeObject<Named>);
    const Named named = std::vector<int>{1, 2};
    CHECK(to_tree(named).at("/counts").tensor().size() == 2);
}

TEST_CASE("a temporary cannot be borrowed from, a constant not restored", "[tree]") {
    const auto can_borrow = []<typename T>(T&& object) {
        return requires {
            to_tree(std::forward<T>(object));
        };
    };
    std::vector<float> weights(3);
    CHECK(can_borrow(weights));
    CHECK_FALSE(can_borrow(std::vector<float>(3)));
    const auto can_restore = []<typename T>(T& object) {
        return requires {
            restore_into(Tree(), object);
        };
    };
    CHECK(can_restore(weights));
    CHECK_FALSE(can_restore(std::as_const(weights)));
}

TEST_CASE("members of base classes, private ones and none at all are taken", "[tree]") {
    const mine::Derived derived;
    CHECK(to_tree(derived) == Tree(NamedTuple{"Derived", {{"inherited", 1}, {"own", 2}}}));
    STATIC_REQUIRE_FALSE(TreeObject<mine::Base>);
    const mine::Outer outer;
    CHECK(to_tree(outer) == Tree(Dict{{"inner_", Dict{{"x", 3}}}}));
    const mine::Nothing nothing;
    CHECK(to_tree(nothing) == Tree(NamedTuple{"Nothing", {}}));
}

TEST_CASE("a struct may have 256 members", "[tree]") {
    mine::Many many{};
    many.m00 = 1;
    many.mff = 2;
    const Tree tree = to_tree(many);
    REQUIRE(tree.named_tuple().fields.size() == 256);
    mine::Many restored{};
    restore_into(tree, restored);
    CHECK(restored.m00 == 1);
    CHECK(restored.mff == 2);
}

TEST_CASE("arrays of what is no element are lists", "[tree]") {
    mine::Kernel kernel{{{1, 2}, {3}}};
    CHECK(to_tree(kernel).list().items.size() == 2);
    REQUIRE_THROWS_AS(restore_into(Tree(List{{1}}), kernel), TypeError);
    const std::string names[2] = {"a", "b"};
    CHECK(to_tree(names) == Tree(List{{"a", "b"}}));
}

}  // namespace
}  // namespace ckptlite
