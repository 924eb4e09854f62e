// SPDX-License-Identifier: MIT
#include "tree/strides.hpp"

#include <limits>

#include "ckptlite/error.hpp"
#include "support/catch.hpp"
#include "support/throws.hpp"

namespace ckptlite::pytree {
namespace {

constexpr std::int64_t kHuge = std::numeric_limits<std::int64_t>::max();

TEST_CASE("C order has the strides it has", "[tree]") {
    CHECK(c_strides({}).empty());
    CHECK(c_strides({5}) == Strides{1});
    CHECK(c_strides({2, 3, 4}) == Strides{12, 4, 1});
    CHECK(c_strides({2, 0, 4}) == Strides{4, 4, 1});
}

TEST_CASE("strides that nobody steps along do not matter", "[tree]") {
    CHECK(is_c_order({2, 3}, {3, 1}));
    CHECK(is_c_order({2, 1, 3}, {3, 99, 1}));
    CHECK(is_c_order({1, 1}, {-7, 0}));
    CHECK(is_c_order({0, 3}, {1, 9}));
    CHECK(is_c_order({}, {}));
    CHECK_FALSE(is_c_order({2, 3}, {1, 2}));
    CHECK_FALSE(is_c_order({2, 3}, {4, 1}));
    CHECK_FALSE(is_c_order({3}, {-1}));
    CHECK_FALSE(is_c_order({3}, {0}));
}

TEST_CASE("a view spans the memory between its lowest and its highest element", "[tree]") {
    const auto spans = [](const Shape& shape, const Strides& strides) {
        const auto [before, nbytes] = extent_of(DType::float32, shape, strides);
        return std::pair(before, nbytes);
    };
    CHECK(spans({2, 3}, {3, 1}) == std::pair<std::size_t, std::size_t>(0, 24));
    CHECK(spans({2, 3}, {1, 2}) == std::pair<std::size_t, std::size_t>(0, 24));
    CHECK(spans({3}, {-2}) == std::pair<std::size_t, std::size_t>(16, 20));
    CHECK(spans({1000}, {0}) == std::pair<std::size_t, std::size_t>(0, 4));
    CHECK(spans({0, 3}, {kHuge, -kHuge}) == std::pair<std::size_t, std::size_t>(0, 0));
    CHECK(spans({1}, {kHuge}) == std::pair<std::size_t, std::size_t>(0, 4));
}

TEST_CASE("strides that no memory can have are refused", "[tree]") {
    const std::int64_t least = std::numeric_limits<std::int64_t>::min();
    REQUIRE_THROWS_SAYING(extent_of(DType::uint8, {2, 3}, {1}), InvalidArgument,
                          "needs 2 strides, but 1 were given");
    REQUIRE_THROWS_SAYING(extent_of(DType::uint8, {}, {1}), InvalidArgument, "needs 0 strides");
    for (const std::int64_t stride : {kHuge, -kHuge, least, kHuge / 2}) {
        REQUIRE_THROWS_SAYING(extent_of(DType::float64, {3}, {stride}), InvalidArgument,
                              "more than any memory");
        REQUIRE_THROWS_SAYING(extent_of(DType::uint8, {2}, {stride}), InvalidArgument,
                              "more than any memory");
    }
    REQUIRE_THROWS_SAYING(extent_of(DType::uint8, {-1}, {1}), InvalidArgument, "negative");
}

TEST_CASE("elements that share memory are noticed", "[tree]") {
    CHECK(may_overlap({2, 3}, {0, 1}));
    CHECK(may_overlap({4, 4}, {1, 1}));
    CHECK(may_overlap({4, 3}, {2, 1}));
    CHECK(may_overlap({3, 4}, {-1, 2}));
    CHECK_FALSE(may_overlap({2, 3}, {3, 1}));
    CHECK_FALSE(may_overlap({2, 3}, {1, 2}));
    CHECK_FALSE(may_overlap({2, 3}, {-1, -2}));
    CHECK_FALSE(may_overlap({5, 7}, {100, -3}));
    CHECK_FALSE(may_overlap({1, 7}, {0, 1}));
    CHECK_FALSE(may_overlap({0, 7}, {0, 0}));
    CHECK_FALSE(may_overlap({}, {}));
}

}  // namespace
}  // namespace ckptlite::pytree
