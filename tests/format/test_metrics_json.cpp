// SPDX-License-Identifier: MIT
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include "base/limits.hpp"
#include "ckptlite/error.hpp"
#include "format/metrics_json.hpp"
#include "support/catch.hpp"
#include "support/throws.hpp"

namespace ckptlite::format {
namespace {

using Double = std::numeric_limits<double>;

TEST_CASE("metrics are written as an object of groups", "[format]") {
    CHECK(metrics_json({}) == "{}");
    CHECK(metrics_json({{"eval", {}}}) == R"({"eval":{}})");
    CHECK(metrics_json({{"train", {{"loss", 0.5}}}, {"eval", {{"loss", 0.25}, {"acc", 1.0}}}}) ==
          R"({"eval":{"acc":1.0,"loss":0.25},"train":{"loss":0.5}})");
}

TEST_CASE("what is not a number is written as a string", "[format]") {
    const Metrics metrics{
        {"g", {{"a", Double::quiet_NaN()}, {"b", Double::infinity()}, {"c", -Double::infinity()}}}};
    CHECK(metrics_json(metrics) == R"({"g":{"a":"NaN","b":"Infinity","c":"-Infinity"}})");

    const Metrics read = parse_metrics(metrics_json(metrics));
    CHECK(std::isnan(read.at("g").at("a")));
    CHECK(read.at("g").at("b") == Double::infinity());
    CHECK(read.at("g").at("c") == -Double::infinity());
}

TEST_CASE("every finite double comes back with the same bits", "[format]") {
    std::vector<double> values{0.0,           -0.0,          0.1,  -1.0 / 3, 5e-324,
                               Double::max(), Double::min(), 1e21, 1e16,     123456789012345678.0};
    std::mt19937_64 random(3);
    while (values.size() < 5'000) {
        const auto value = std::bit_cast<double>(random());
        if (std::isfinite(value)) values.push_back(value);
    }
    for (const double value : values) {
        CAPTURE(value);
        const Metrics read = parse_metrics(metrics_json({{"g", {{"m", value}}}}));
        CHECK(std::bit_cast<std::uint64_t>(read.at("g").at("m")) ==
              std::bit_cast<std::uint64_t>(value));
    }
}

TEST_CASE("integers written by other programs are numbers", "[format]") {
    const Metrics read = parse_metrics(R"( {"eval": {"n": 3, "m": -7, "e": 1e3}} )");
    CHECK(read.at("eval").at("n") == 3.0);
    CHECK(read.at("eval").at("m") == -7.0);
    CHECK(read.at("eval").at("e") == 1000.0);
}

TEST_CASE("names of metrics may hold dots, quotes, spaces and Unicode", "[format]") {
    const Metrics metrics{{"eval.1", {{"loss/aux", 1.0}, {"\"q\" 'r'\n", 2.0}}},
                          {"\u4e16 \U0001F600", {{"$[0]", 3.0}}}};
    CHECK(parse_metrics(metrics_json(metrics)) == metrics);
}

TEST_CASE("metrics the format cannot hold are refused", "[format]") {
    const std::string longest(limits::kNameBytes, 'x');
    CHECK_NOTHROW(metrics_json({{longest, {{longest, 1.0}}}}));
    REQUIRE_THROWS_SAYING(metrics_json({{longest + "x", {}}}), InvalidArgument, "1024");
    REQUIRE_THROWS_SAYING(metrics_json({{"g", {{longest + "x", 1.0}}}}), InvalidArgument, "1024");
    REQUIRE_THROWS_SAYING(metrics_json({{"", {}}}), InvalidArgument, "metric group");
    REQUIRE_THROWS_SAYING(metrics_json({{"g", {{"", 1.0}}}}), InvalidArgument, "metric");
    REQUIRE_THROWS_SAYING(metrics_json({{"a/b", {}}}), InvalidArgument, "'a/b'");
    REQUIRE_THROWS_SAYING(metrics_json({{"g", {{"\xff", 1.0}}}}), InvalidArgument, "UTF-8");
    REQUIRE_THROWS_SAYING(metrics_json({{std::string("a\0b", 3), {}}}), InvalidArgument, "NUL");
}

TEST_CASE("metrics over the size limit are refused in both directions", "[format]") {
    Metrics metrics;
    for (int i = 0; metrics["g"].size() < limits::kMetricsBytes / 1'000; ++i)
        metrics["g"][std::to_string(i) + std::string(1'000, 'x')] = 1.0;
    REQUIRE_THROWS_SAYING(metrics_json(metrics), InvalidArgument, "1048576");
    const std::string text = "{}" + std::string(limits::kMetricsBytes - 2, ' ');
    CHECK(parse_metrics(text).empty());
    REQUIRE_THROWS_SAYING(parse_metrics(text + " "), Corrupt, "size limit");
}

TEST_CASE("texts that are not metrics are corrupt", "[format]") {
    const std::vector<std::string> texts{
        "",
        "null",
        "[]",
        "3",
        "\"\"",
        "{",
        "{} {}",
        R"({"g":3})",
        "nan",
        R"({"g":[1]})",
        R"({"g":null})",
        R"({"g":{"m":null}})",
        "{\"g\"",
        R"({"g":{"m":true}})",
        R"({"g":{"m":"nan"}})",
        R"({"g":{"m":"1"}})",
        R"({"g":{"m":NaN}})",
        R"({"g":{"m":[]}})",
        R"({"g":{"m":{}}})",
        R"({"g":{"m":{"n":1}}})",
    };
    for (const std::string& text : texts) {
        CAPTURE(text);
        CHECK_THROWS_AS(parse_metrics(text), Corrupt);
    }
}

TEST_CASE("what stands behind a NUL is not overlooked", "[format]") {
    using namespace std::string_literals;
    CHECK_THROWS_AS(parse_metrics("{}\0"s), Corrupt);
    CHECK_THROWS_AS(parse_metrics("{}\0{}"s), Corrupt);
    CHECK_THROWS_AS(check_config("{}\0x"s), InvalidArgument);
}

TEST_CASE("a hostile depth of nesting is refused, not followed", "[format]") {
    for (const char bracket : {'[', '{'}) {
        std::string text = R"({"g":{"m":)";
        while (text.size() < limits::kMetricsBytes) {
            text += bracket;
            if (bracket == '{') text += R"("k":)";
        }
        text.resize(limits::kMetricsBytes);
        CHECK_THROWS_AS(parse_metrics(text), Corrupt);
        CHECK_THROWS_AS(check_config(text), InvalidArgument);
    }
}

TEST_CASE("a run's config has a hundred levels at most", "[format]") {
    const auto nested = [](int levels) {
        std::string text = "1";
        for (int i = 0; i < levels; ++i) text = "{\"a\":" + text + "}";
        return text;
    };
    CHECK_NOTHROW(check_config(nested(100)));
    CHECK_THROWS_AS(check_config(nested(101)), InvalidArgument);
}

TEST_CASE("a run's config is any JSON object", "[format]") {
    CHECK_NOTHROW(check_config("{}"));
    CHECK_NOTHROW(check_config(R"({"lr": 1e-3, "layers": [64, {"act": "relu"}], "n": null})"));
    for (const char* text : {"", "[]", "3", "null", "{'a': 1}", "{} x", R"({"a":NaN})"}) {
        CAPTURE(text);
        CHECK_THROWS_AS(check_config(text), InvalidArgument);
    }
    REQUIRE_THROWS_SAYING(check_config("{}" + std::string(limits::kConfigBytes, ' ')),
                          InvalidArgument, "16777216");
}

TEST_CASE("a refused name is called by what it names", "[format]") {
    CHECK_NOTHROW(check_name("lowest:eval/loss", "prefix"));
    REQUIRE_THROWS_SAYING(check_name("", "run"), InvalidArgument, "run");
    REQUIRE_THROWS_SAYING(check_name("\xc0\x80", "prefix"), InvalidArgument, "prefix");
    REQUIRE_THROWS_SAYING(check_name(std::string(limits::kNameBytes + 1, 'x'), "run"),
                          InvalidArgument, "run");
}

}  // namespace
}  // namespace ckptlite::format
