// SPDX-License-Identifier: MIT
// Charts, and how they are drawn as text and as SVG.
#include "cli/chart.hpp"

#include <limits>
#include <string>
#include <vector>

#include "cli/braille_canvas.hpp"
#include "cli/legend.hpp"
#include "cli/markup.hpp"
#include "cli/output.hpp"
#include "cli/svg_chart.hpp"
#include "cli/terminal_chart.hpp"
#include "support/catch.hpp"

namespace ckptlite::cli {
namespace {

using Catch::Contains;
using Limits = std::numeric_limits<double>;

Series series(std::string run, std::vector<double> values) {
    Series made{.metric = {"eval", "loss"}, .run = std::move(run)};
    for (const double value : values) {
        made.points.push_back({static_cast<std::int64_t>(made.points.size()), value});
    }
    return made;
}

std::vector<double> line(std::size_t n, double from, double to) {
    std::vector<double> values;
    for (std::size_t i = 0; i < n; ++i) {
        values.push_back(from + (to - from) * static_cast<double>(i) / static_cast<double>(n - 1));
    }
    return values;
}

TEST_CASE("curves are named by what differs among them", "[cli]") {
    Series other = series("b", {1});
    CHECK(chart_of({series("a", {1}), other}, {}).curves[1].name == "b");
    other.metric = {"train", "loss"};
    CHECK(chart_of({series("a", {1}), other}, {}).curves[1].name == "train/loss b");
    other.run = "a";
    CHECK(chart_of({series("a", {1}), other}, {}).curves[1].name == "train/loss");
}

TEST_CASE("values that are not finite are marked once a column, and named", "[cli]") {
    std::vector<double> values = line(1000, 1, 2);
    for (std::size_t i = 500; i < 1000; ++i) values[i] = Limits::quiet_NaN();
    values[0] = Limits::infinity();
    values[1] = -Limits::infinity();
    const Chart chart = chart_of({series("a", values)}, {});
    std::size_t nan = 0;
    for (const BorderMark& mark : border_marks(chart, 10))
        nan += mark.kind == BorderMark::Kind::nan;
    CHECK(nan == 5);
    CHECK(border_marks(chart, 10).size() == 7);
    REQUIRE(chart_notes(chart).size() == 1);
    CHECK(chart_notes(chart)[0] ==
          "a: NaN at 500 steps, first at 500; infinity at step 0; -infinity at step 1");
}

TEST_CASE("the legend's extremes are those that were logged, smoothed or not", "[cli]") {
    std::vector<double> values(500, 1);
    values[77] = 40;
    const Chart chart = chart_of({series("a", values)}, {.smooth = 50});
    CHECK(legend_of(chart)[0].highest == "40 at 77");
    CHECK(subtitle_of(chart) == "smoothed over 50");
    CHECK_THAT(terminal_chart(chart, {}), Contains("40 at 77"));
}

TEST_CASE("a scale is logarithmic where that shows more", "[cli]") {
    CHECK(fitting_scale({series("a", {1, 2, 3})}) == Scale::linear);
    CHECK(fitting_scale({series("a", {1, 2, 5000})}) == Scale::logarithmic);
    CHECK(fitting_scale({series("a", {0, 2, 5000})}) == Scale::linear);
    std::vector<double> spike(1000, 1);
    spike[10] = 60;
    CHECK(fitting_scale({series("a", spike)}) == Scale::logarithmic);
    CHECK(fitting_scale({series("a", {Limits::quiet_NaN()})}) == Scale::linear);
}

TEST_CASE("a terminal's chart has its width, axes and a marker for each curve", "[cli]") {
    const Chart chart =
        chart_of({series("first", line(200, 0, 1)), series("second", line(200, 1, 0))}, {});
    const std::string text = terminal_chart(chart, {.width = 60, .height = 10});
    std::size_t begin = 0;
    for (std::size_t end = 0; (end = text.find('\n', begin)) != std::string::npos;
         begin = end + 1) {
        CHECK(width_of(text.substr(begin, end - begin)) <= 60);
    }
    for (const char* const part :
         {"eval/loss", "┤", "└", "┬", "step", "● first", "▲ second", "100"}) {
        CHECK_THAT(text, Contains(part));
    }
    CHECK_THAT(text, !Contains("\x1b"));
    CHECK_THAT(terminal_chart(chart, {.colours = true}), Contains("\x1b[36m"));
}

TEST_CASE("a rising line of dots goes from the lower left to the upper right", "[cli]") {
    BrailleCanvas canvas(2, 2);
    canvas.line(0, 7, 3, 0, 5);
    CHECK(canvas.text_at(0, 0) == " ");
    CHECK(canvas.text_at(0, 1) == "⡜");
    CHECK(canvas.text_at(1, 0) == "⡜");
    CHECK(canvas.ink_at(1, 0) == 5);
    CHECK_FALSE(canvas.ink_at(1, 1));
}

TEST_CASE("names in SVG are escaped, and every curve has a path", "[cli]") {
    const std::string text = svg_file(
        chart_of({series("<script>&\"\x1b\xff", {1, 2}), series("b", {2, Limits::quiet_NaN()})},
                 {}),
        {});
    CHECK_THAT(text, !Contains("<script"));
    CHECK_THAT(text, Contains("&lt;script&gt;&amp;&quot;\\x1b\xef\xbf\xbd"));
    for (const char* const part :
         {"<path class=\"c0\"", "<path class=\"c1\"", "#nan", "NaN at step 1"})
        CHECK_THAT(text, Contains(part));
}

TEST_CASE("what XML forbids is replaced, what it allows stays", "[cli]") {
    CHECK(escaped("a'b\"c<d>&") == "a&#39;b&quot;c&lt;d&gt;&amp;");
    CHECK(escaped("é€😀") == "é€😀");
    const std::string bad = "\xef\xbf\xbd";
    CHECK(escaped("\xef\xbf\xbf") == bad + bad + bad);            // U+FFFF
    CHECK(escaped("\xed\xa0\x80") == bad + bad + bad);            // a surrogate
    CHECK(escaped("\xc0\xaf") == bad + bad);                      // '/' written too long
    CHECK(escaped("\xf4\x90\x80\x80").size() == 4 * bad.size());  // over U+10FFFF
    CHECK(escaped("\xe2\x82") == bad + bad);                      // cut off
}

}  // namespace
}  // namespace ckptlite::cli
