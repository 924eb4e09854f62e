// SPDX-License-Identifier: MIT
#include "cli/downsample.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <vector>

#include "cli/smoothing.hpp"
#include "support/catch.hpp"

namespace ckptlite::cli {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

std::vector<Point> noise(std::size_t n) {
    std::mt19937_64 random(1);
    std::uniform_real_distribution<double> value(0, 1);
    std::vector<Point> points;
    for (std::size_t i = 0; i < n; ++i) {
        points.push_back({static_cast<std::int64_t>(i), value(random)});
    }
    return points;
}

std::vector<Point> kept(const std::vector<Vertex>& vertices) {
    std::vector<Point> points;
    for (const Vertex& vertex : vertices) points.push_back(vertex.point);
    return points;
}

TEST_CASE("a spike of one point among ten thousand is kept", "[cli]") {
    for (const std::size_t place : {0U, 1U, 4999U, 9998U, 9999U}) {
        std::vector<Point> points = noise(10000);
        points[place].value = 50;
        const Axis x({0, 9999});
        const Axis y({0, 50});
        const auto found = kept(downsampled(points, x, y, 70));
        CHECK(std::find(found.begin(), found.end(), points[place]) != found.end());
        CHECK(found.size() <= 70 * 4);
    }
}

TEST_CASE("each column keeps its first, lowest, highest and last value", "[cli]") {
    const std::vector<Point> points = noise(1000);
    const auto found = kept(downsampled(points, Axis({0, 999}), Axis({0, 1}), 10));
    for (std::size_t column = 0; column < 10; ++column) {
        std::vector<Point> within;
        for (const Point& point : points) {
            if (column_of(static_cast<double>(point.step) / 999, 10) == column)
                within.push_back(point);
        }
        const auto [low, high] =
            std::minmax_element(within.begin(), within.end(),
                                [](const auto& a, const auto& b) { return a.value < b.value; });
        for (const Point& point : {within.front(), *low, *high, within.back()}) {
            CHECK(std::find(found.begin(), found.end(), point) != found.end());
        }
    }
    CHECK(std::is_sorted(found.begin(), found.end(),
                         [](const auto& a, const auto& b) { return a.step < b.step; }));
}

TEST_CASE("few points stay as they are", "[cli]") {
    const std::vector<Point> points = noise(20);
    CHECK(kept(downsampled(points, Axis({0, 19}), Axis({0, 1}), 100)) == points);
}

TEST_CASE("what cannot be shown leaves a gap", "[cli]") {
    const std::vector<Point> points = {{0, 1}, {1, kNaN}, {2, 1}, {3, 2}, {4, -1}, {5, 3}};
    const auto found = downsampled(points, Axis({0, 5}), Axis({1, 3}, Scale::logarithmic), 100);
    REQUIRE(found.size() == 4);
    CHECK(found[0].starts);
    CHECK(found[1].starts);
    CHECK_FALSE(found[2].starts);
    CHECK(found[3].starts);
}

TEST_CASE("nothing to show is nothing", "[cli]") {
    CHECK(downsampled({}, Axis({0, 1}), Axis({0, 1}), 10).empty());
    CHECK(downsampled({{0, kNaN}}, Axis({0, 1}), Axis({0, 1}), 10).empty());
}

TEST_CASE("smoothing keeps a constant, lessens noise, and passes over what is not finite",
          "[cli]") {
    const std::vector<Point> constant = {{0, 3}, {1, 3}, {2, kNaN}, {3, 3}};
    const auto same = smoothed(constant, 10);
    CHECK(same[3].value == Approx(3));
    CHECK(std::isnan(same[2].value));
    const auto calm = smoothed(noise(2000), 100);
    for (std::size_t i = 500; i < calm.size(); ++i) CHECK(std::abs(calm[i].value - 0.5) < 0.25);
    CHECK(smoothed(noise(9), 1) == noise(9));
    const double huge = std::numeric_limits<double>::max();
    CHECK(std::isfinite(smoothed({{0, huge}, {1, -huge}}, 3)[1].value));
}

}  // namespace
}  // namespace ckptlite::cli
