// SPDX-License-Identifier: MIT
#include "cli/axis.hpp"

#include <cmath>
#include <cstring>
#include <limits>
#include <random>
#include <string>
#include <utility>

#include "support/catch.hpp"
#include "support/seed.hpp"

namespace ckptlite::cli {
namespace {

std::string labels(const Axis& axis, std::size_t most) {
    std::string text;
    for (const Tick& tick : axis.ticks(most)) text += (text.empty() ? "" : " ") + tick.label;
    return text;
}

TEST_CASE("ticks are round", "[cli]") {
    CHECK(labels(Axis({0, 1}), 5) == "0 0.2 0.4 0.6 0.8 1");
    CHECK(labels(Axis({-3, 7}), 6) == "-2 0 2 4 6");
    CHECK(labels(Axis({1, 1500}), 4) == "500 1000 1500");
    CHECK(labels(Axis({0, 10000}), 5) == "0 2k 4k 6k 8k 10k");
    CHECK(labels(Axis({0, 4e6}), 4) == "0 1M 2M 3M 4M");
    CHECK(labels(Axis({0, 4e-5}), 4) == "0 1e-5 2e-5 3e-5 4e-5");
}

TEST_CASE("a logarithmic axis has powers of ten, and more where there is room", "[cli]") {
    CHECK(labels(Axis({1e-4, 1e4}, Scale::logarithmic), 5) == "0.0001 0.01 1 100 10k");
    CHECK(labels(Axis({0.8, 60}, Scale::logarithmic), 5) == "1 2 5 10 20 50");
    CHECK(labels(Axis({1.1, 1.9}, Scale::logarithmic), 4) == "1.2 1.4 1.6 1.8");
}

TEST_CASE("places grow with values, from 0 to 1", "[cli]") {
    const Axis linear({10, 20});
    CHECK(linear.at(10) == Approx(0));
    CHECK(linear.at(15) == Approx(0.5));
    CHECK(linear.at(20) == Approx(1));
    const Axis logarithmic({1, 100}, Scale::logarithmic);
    CHECK(logarithmic.at(10) == Approx(0.5));
    CHECK_FALSE(logarithmic.shows(0));
    CHECK(linear.shows(0));
    CHECK_FALSE(linear.shows(std::numeric_limits<double>::quiet_NaN()));
}

TEST_CASE("a range of one value is widened around it", "[cli]") {
    for (const double value : {0.0, 1e-300, 5.0, -1e300, std::numeric_limits<double>::max()}) {
        CAPTURE(value);
        const Axis axis({value, value});
        CHECK(axis.at(value) == Approx(0.5).margin(0.51));
        CHECK_FALSE(axis.ticks(5).empty());
    }
}

TEST_CASE("whatever the range, there are a few ticks and they lie on it", "[cli]") {
    const std::uint64_t seed = test::test_seed();
    CAPTURE(seed);
    std::mt19937_64 random(seed);
    std::uniform_int_distribution<std::uint64_t> bits;
    for (int i = 0; i < 20000; ++i) {
        const std::uint64_t a = bits(random);
        const std::uint64_t b = bits(random);
        double low = 0;
        double high = 0;
        std::memcpy(&low, &a, sizeof low);
        std::memcpy(&high, &b, sizeof high);
        if (!std::isfinite(low) || !std::isfinite(high)) continue;
        if (low > high) std::swap(low, high);
        const bool positive = low > 0;
        const Axis axis({low, high}, positive ? Scale::logarithmic : Scale::linear);
        const auto ticks = axis.padded(0.03).ticks(6);
        CAPTURE(low, high);
        REQUIRE(ticks.size() <= 20);
        for (const Tick& tick : ticks) REQUIRE((tick.at >= 0 && tick.at <= 1));
    }
}

}  // namespace
}  // namespace ckptlite::cli
