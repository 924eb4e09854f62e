// SPDX-License-Identifier: MIT
#include "base/edit_distance.hpp"

#include "support/catch.hpp"

namespace ckptlite::test {
namespace {

TEST_CASE("the distance of names is the number of edits between them", "[base]") {
    CHECK(edit_distance("kernel", "kernel") == 0);
    CHECK(edit_distance("kernel", "kernl") == 1);
    CHECK(edit_distance("kernel", "kermel") == 1);
    CHECK(edit_distance("kitten", "sitting") == 3);
    CHECK(edit_distance("", "abc") == 3);
    CHECK(edit_distance("abc", "") == 3);
}

}  // namespace
}  // namespace ckptlite::test
