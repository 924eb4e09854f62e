// SPDX-License-Identifier: MIT
// The functions as SQL sees them. Their numbers over every dtype: test_extension.py.
#include "ext/tensor_functions.hpp"

#include <algorithm>
#include <cmath>
#include <complex>
#include <limits>

#include "ckptlite/store.hpp"
#include "ext/tensor_sql.hpp"
#include "support/catch.hpp"
#include "support/temp_dir.hpp"
#include "support/throws.hpp"

namespace ckptlite::test {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kInf = std::numeric_limits<double>::infinity();

/// A store of one checkpoint, whose id is 1, and a connection to it.
struct File {
    explicit File(const Tree& tree) {
        Store(dir / "run.db").save(tree, {.step = 1});
        sql.emplace(dir / "run.db");
    }
    std::string operator()(const std::string& query) { return (*sql)(query); }

    TempDir dir;
    std::optional<TensorSql> sql{};
};

template <typename T>
Tensor vector_of(std::vector<T> elements) {
    const auto n = static_cast<std::int64_t>(elements.size());
    return Tensor::own(std::move(elements), {n});
}

Tree small_tree() {
    constexpr auto kLargest = std::numeric_limits<std::uint64_t>::max();
    return Dict{{"matrix", Tensor::own(std::vector<std::int32_t>{1, 2, 3, 4, 5, 6}, {2, 3})},
                {"odd", vector_of<double>({1.5, kNan, kInf, -kInf, -2})},
                {"unsigned", vector_of<std::uint64_t>({7, kLargest})},
                {"complex", vector_of<std::complex<float>>({{3, 4}, {0, -1}})},
                {"point", Tensor::own(std::vector<float>{0.25F}, {})},
                {"flag", true},
                {"name", "adam"},
                {"empty", Tensor::own(std::vector<double>{}, {2, 0})}};
}

TEST_CASE("a leaf is named by its id or by a checkpoint and a path", "[ext]") {
    File file(small_tree());
    CHECK(file("SELECT tensor_norm(id) = tensor_norm(1, path) FROM leaf WHERE path = '/matrix'") ==
          "1");
    File root(vector_of<float>({3, 4}));
    CHECK(root("SELECT tensor_norm(1), tensor_norm(1, ''), tensor_slice(1, '', '1')") ==
          "5.0|5.0|4.0");
}

TEST_CASE("elements come as integers, reals, NULL for NaN, and JSON for complex ones", "[ext]") {
    File file(small_tree());
    CHECK(file("SELECT tensor_at(1, '/matrix', 1, -1), typeof(tensor_at(1, '/matrix', 0, 0))") ==
          "6|integer");
    CHECK(file("SELECT value FROM tensor_each(1, '/odd')") == "1.5\nNULL\nInf\n-Inf\n-2.0");
    CHECK(file("SELECT tensor_at(1, '/unsigned', 0), tensor_at(1, '/unsigned', 1)") ==
          "7|1.84467440737096e+19");
    CHECK(file("SELECT tensor_at(1, '/complex', 1)") == "[0.0, -1.0]");
    CHECK(file("SELECT tensor_at(1, '/point'), tensor_at(1, '/flag')") == "0.25|1");
}

TEST_CASE("JSON is nested as the shape is, and has every digit", "[ext]") {
    File file(small_tree());
    CHECK(file("SELECT tensor_json(1, '/matrix')") == "[[1, 2, 3], [4, 5, 6]]");
    CHECK(file("SELECT tensor_slice(1, '/matrix', ':,::2')") == "[[1, 3], [4, 6]]");
    CHECK(file("SELECT tensor_slice(1, '/matrix', '1,0')") == "4");
    CHECK(file("SELECT tensor_json(1, '/odd')") ==
          R"([1.5, "NaN", "Infinity", "-Infinity", -2.0])");
    CHECK(file("SELECT tensor_json(1, '/unsigned')") == "[7, 18446744073709551615]");
    CHECK(file("SELECT tensor_json(1, '/complex')") == "[[3.0, 4.0], [0.0, -1.0]]");
    CHECK(file("SELECT tensor_json(1, '/flag'), tensor_json(1, '/point')") == "true|0.25");
    CHECK(file("SELECT tensor_json(1, '/empty')") == "[[], []]");
}

TEST_CASE("plain numbers are tensors without axes, text has no numbers", "[ext]") {
    File file(small_tree());
    CHECK(
        file(
            "SELECT tensor_shape(1, '/flag'), tensor_dtype(1, '/flag'), tensor_mean(1, '/flag')") ==
        "[]|bool|1.0");
    CHECK(file("SELECT tensor_shape(1, '/name'), tensor_norm(1, '/name'), tensor_json(1, '/name'),"
               " tensor_distance(1, '/name', 1, '/flag')") == "NULL|NULL|NULL|NULL");
    CHECK(file("SELECT count(*) FROM tensor_each(1, '/name')") == "0");
    CHECK(file("SELECT count(*) FROM tensor_histogram(1, '/name', 3)") == "0");
}

TEST_CASE("statistics are of the finite elements, and NULL without any", "[ext]") {
    File file(small_tree());
    CHECK(file("SELECT tensor_mean(1, '/odd'), tensor_norm(1, '/odd'), tensor_std(1, '/odd'),"
               " tensor_min(1, '/odd'), tensor_max(1, '/odd'), tensor_quantile(1, '/odd', 0.5),"
               " tensor_nan_count(1, '/odd'), tensor_inf_count(1, '/odd')") ==
          "-0.25|2.5|1.75|-2.0|1.5|-0.25|1|2");
    CHECK(file("SELECT tensor_mean(1, '/empty'), tensor_norm(1, '/empty'), tensor_std(1, '/empty'),"
               " tensor_quantile(1, '/empty', 0), tensor_nan_count(1, '/empty')") ==
          "NULL|NULL|NULL|NULL|0");
    CHECK(file("SELECT count(*) FROM tensor_histogram(1, '/empty', 3)") == "0");
}

TEST_CASE("complex numbers have a norm and distances, and no order", "[ext]") {
    File file(small_tree());
    CHECK(file("SELECT tensor_norm(1, '/complex') * tensor_norm(1, '/complex')") == "26.0");
    CHECK(file("SELECT tensor_distance(1, '/complex', 1, '/unsigned') > 1e19") == "1");
    CHECK(file("SELECT round(tensor_cosine(1, '/complex', 1, '/complex'), 12)") == "1.0");
    for (const char* call :
         {"tensor_mean(1, '/complex')", "tensor_std(1, '/complex')", "tensor_min(1, '/complex')",
          "tensor_max(1, '/complex')", "tensor_quantile(1, '/complex', 0.5)"}) {
        CAPTURE(call);
        REQUIRE_THROWS_SAYING(file(std::string("SELECT ") + call), std::runtime_error, "complex");
    }
    REQUIRE_THROWS_SAYING(file("SELECT * FROM tensor_histogram(1, '/complex', 3)"),
                          std::runtime_error, "complex");
}

TEST_CASE("an argument that is NULL gives NULL, or no rows", "[ext]") {
    File file(small_tree());
    CHECK(file("SELECT tensor_norm(NULL), tensor_norm(1, NULL), tensor_quantile(1, NULL),"
               " tensor_distance(1, NULL), tensor_slice(NULL, '1')") == "NULL|NULL|NULL|NULL|NULL");
    CHECK(file("SELECT count(*) FROM tensor_each(NULL)") == "0");
    CHECK(file("SELECT count(*) FROM tensor_histogram(1, NULL)") == "0");
}

TEST_CASE("tensor_each has positions and indices, and joins with the leaves", "[ext]") {
    File file(small_tree());
    CHECK(file("SELECT * FROM tensor_each(1, '/matrix') WHERE position > 3") ==
          "4|[1, 1]|5\n5|[1, 2]|6");
    CHECK(file("SELECT path, sum(value) FROM leaf JOIN tensor_each(leaf.id)"
               " WHERE path IN ('/matrix', '/point') GROUP BY path ORDER BY path") ==
          "/matrix|21\n/point|0.25");
    CHECK(file("SELECT rowid, value FROM tensor_each(1, '/point')") == "0|0.25");
}

TEST_CASE("a histogram's last bin has its upper bound, and one value a bin around it", "[ext]") {
    File file(Dict{{"a", vector_of<float>({0, 1, 1, 2, 3, 4})}, {"b", vector_of<float>({7, 7})}});
    CHECK(file("SELECT * FROM tensor_histogram(1, '/a', 4)") ==
          "0|0.0|1.0|1\n1|1.0|2.0|2\n2|2.0|3.0|1\n3|3.0|4.0|2");
    CHECK(file("SELECT * FROM tensor_histogram(1, '/b', 2)") == "0|6.5|7.0|0\n1|7.0|7.5|2");
    File wide(vector_of<double>({-1.7e308, 1.7e308}));
    REQUIRE_THROWS_SAYING(wide("SELECT * FROM tensor_histogram(1, 2)"), std::runtime_error,
                          "too far apart");
    File close(vector_of<double>({1e300, 1e300}));
    REQUIRE_THROWS_SAYING(close("SELECT * FROM tensor_histogram(1, 2)"), std::runtime_error,
                          "too close together");
}

TEST_CASE("a quantile of more elements than are sorted at once is exact", "[ext]") {
    std::vector<float> elements;
    for (int i = 0; i < 2'500'000; ++i) {
        // Most of them are one of two neighbours, which no histogram can tell apart early.
        elements.push_back(i % 5 == 0   ? static_cast<float>(i - 900'000)
                           : i % 2 == 0 ? 0.1F
                                        : std::nextafter(0.1F, 1.0F));
    }
    std::vector<float> sorted = elements;
    std::sort(sorted.begin(), sorted.end());
    File file(vector_of(std::move(elements)));
    for (const double q : {0.0, 0.05, 0.072, 0.0721, 0.5, 0.472, 0.9, 1.0}) {
        CAPTURE(q);
        const double position = q * static_cast<double>(sorted.size() - 1);
        const auto rank = static_cast<std::size_t>(position);
        const double low = static_cast<double>(sorted[rank]);
        const double high = static_cast<double>(sorted[std::min(rank + 1, sorted.size() - 1)]);
        const double expected = low + (high - low) * (position - std::floor(position));
        const double found = file.sql->number("SELECT printf('%!.17g', tensor_quantile(1, " +
                                              std::to_string(q) + "))");
        CHECK(std::abs(found - expected) <= 1e-12 * std::abs(expected));
    }
}

TEST_CASE("a sum that overflows is NULL", "[ext]") {
    File file(vector_of<double>({1e200, -1e200, 1.5e308, 1.5e308}));
    CHECK(file("SELECT tensor_norm(1), tensor_mean(1), tensor_std(1), tensor_max(1)") ==
          "NULL|NULL|NULL|1.5e+308");
}

TEST_CASE("more than a million elements are no JSON text, and so are endless empty arrays",
          "[ext]") {
    File file(Dict{{"long", vector_of(std::vector<std::int8_t>(1'000'001))},
                   {"hollow", Tensor::own(std::vector<float>{}, {1'000'000'000, 0})}});
    REQUIRE_THROWS_SAYING(file("SELECT tensor_json(1, '/long')"), std::runtime_error,
                          "more than 1000000 elements");
    REQUIRE_THROWS_SAYING(file("SELECT tensor_json(1, '/hollow')"), std::runtime_error,
                          "more than 1000000 elements");
    CHECK(file("SELECT length(tensor_slice(1, '/long', '1:'))") == "3000000");
}

}  // namespace
}  // namespace ckptlite::test
