// SPDX-License-Identifier: MIT
#include "ckptlite/metrics.hpp"

#include "ckptlite/error.hpp"
#include "support/catch.hpp"
#include "support/throws.hpp"

namespace ckptlite {
namespace {

TEST_CASE("a metric's name splits at the first slash", "[tree]") {
    CHECK(MetricName::parse("eval/loss") == MetricName{"eval", "loss"});
    CHECK(MetricName::parse("eval/top/5") == MetricName{"eval", "top/5"});
    CHECK(MetricName::parse("eval//x") == MetricName{"eval", "/x"});
    CHECK(MetricName::parse("eval/loss").text() == "eval/loss");
}

TEST_CASE("a metric's name has a group and a label", "[tree]") {
    for (const char* text : {"", "loss", "/", "/loss", "eval/"})
        REQUIRE_THROWS_SAYING(MetricName::parse(text), InvalidArgument, "'eval/loss'");
}

}  // namespace
}  // namespace ckptlite
