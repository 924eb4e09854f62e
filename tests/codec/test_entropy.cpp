// SPDX-License-Identifier: MIT
#include "codec/entropy.hpp"

#include <cmath>

#include "codec/sample_bytes.hpp"
#include "support/catch.hpp"

namespace ckptlite::codec {
namespace {

using test::Bytes;

bool near(double a, double b) {
    return std::abs(a - b) < 1e-9;
}

TEST_CASE("the entropy of few bytes is exact", "[codec]") {
    CHECK(near(sampled_entropy({}), 0.0));
    CHECK(near(sampled_entropy(test::bytes_of({5})), 0.0));
    CHECK(near(sampled_entropy(test::bytes_of({5, 5, 5, 5})), 0.0));
    CHECK(near(sampled_entropy(test::bytes_of({1, 2, 1, 2})), 1.0));
    CHECK(near(sampled_entropy(test::bytes_of({1, 2, 3, 4})), 2.0));
    Bytes all;
    for (int i = 0; i < 256; ++i) all.push_back(static_cast<std::byte>(i));
    CHECK(near(sampled_entropy(all), 8.0));
}

TEST_CASE("random bytes look incompressible, and skewed ones do not", "[codec]") {
    for (const std::size_t count : {5'000U, 65'536U, 1'048'576U}) {
        CAPTURE(count);
        CHECK_FALSE(looks_compressible(test::random_bytes(count, 1)));
        CHECK(looks_compressible(test::skewed_bytes(count, 1)));
    }
}

TEST_CASE("a sample meets every column of a matrix with a power of two of columns", "[codec]") {
    // 64 columns of their own value each: 6 bits. A fixed stride of 64 would measure 0.
    Bytes matrix;
    for (std::size_t i = 0; i < 64 * kEntropySamples; ++i) {
        matrix.push_back(static_cast<std::byte>(i % 64));
    }
    CHECK(sampled_entropy(matrix) > 5.9);
}

TEST_CASE("a sample meets the end of the bytes as well as their beginning", "[codec]") {
    Bytes halves(2 * kEntropySamples - 1);
    const auto middle = halves.begin() + static_cast<std::ptrdiff_t>(halves.size() / 2);
    std::fill(middle, halves.end(), std::byte{1});
    CHECK(sampled_entropy(halves) > 0.99);
}

}  // namespace
}  // namespace ckptlite::codec
