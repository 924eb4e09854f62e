// SPDX-License-Identifier: MIT
#include "ckptlite/nearest.hpp"
#include "support/catch.hpp"

namespace ckptlite::test {
namespace {

using Names = std::vector<std::string>;

TEST_CASE("names come by the number of edits, then by the alphabet", "[nearest]") {
    CHECK(nearest_first("loss", {"accuracy", "lost", "loss", "boss"}) ==
          Names{"loss", "boss", "lost", "accuracy"});
    CHECK(nearest_first("", {"bb", "a"}) == Names{"a", "bb"});
    CHECK(nearest_first("abc", {}).empty());
}

TEST_CASE("ten names at most are listed", "[nearest]") {
    CHECK(nearest_text("b", {"a", "b"}) == "there are: b, a");
    CHECK(nearest_text("b", {}) == "there is none");
    Names many;
    for (char c = 'a'; c <= 'm'; ++c) many.emplace_back(1, c);
    CHECK(nearest_text("a", many) == "there are: a, b, c, d, e, f, g, h, i, j and 3 more");
}

}  // namespace
}  // namespace ckptlite::test
