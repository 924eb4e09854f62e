// SPDX-License-Identifier: MIT
#include "tree/moments.hpp"

#include <cmath>
#include <complex>
#include <random>
#include <vector>

#include "support/catch.hpp"
#include "support/random_tree.hpp"
#include "tree/float_formats.hpp"

namespace ckptlite::pytree {
namespace {

template <typename T>
LeafStatistics statistics(const std::vector<T>& values) {
    const ByteView bytes = std::as_bytes(std::span(values));
    return statistics_of(dtype_of<T>(), moments_of(dtype_of<T>(), bytes));
}

bool is_close(double a, double b) {
    return a == b || std::abs(a - b) <= 1e-9 * std::max(std::abs(a), std::abs(b));
}

constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
constexpr float kInfinity = std::numeric_limits<float>::infinity();

TEST_CASE("statistics are of the finite elements and count the others", "[tree]") {
    const LeafStatistics s = statistics<float>({3, kNan, -4, kInfinity, -kInfinity, -kNan, 0});
    CHECK(s.min == -4);
    CHECK(s.max == 3);
    CHECK(is_close(s.mean.value(), -1.0 / 3));
    CHECK(s.norm == 5);
    CHECK(s.nan_count == 2);
    CHECK(s.inf_count == 2);
}

TEST_CASE("without finite elements there is nothing but the counts", "[tree]") {
    for (const LeafStatistics& s : {statistics<float>({}), statistics<float>({kNan, kInfinity}),
                                    statistics<std::complex<float>>({{kNan, 1}})}) {
        CHECK_FALSE(s.min.has_value());
        CHECK_FALSE(s.max.has_value());
        CHECK_FALSE(s.mean.has_value());
        CHECK_FALSE(s.norm.has_value());
    }
    CHECK(statistics<float>({kNan, kInfinity}).nan_count == 1);
    CHECK(statistics<float>({kNan, kInfinity}).inf_count == 1);
}

TEST_CASE("complex elements have a norm and no order", "[tree]") {
    using C = std::complex<double>;
    const LeafStatistics s =
        statistics<C>({{3, 4}, {0, 12}, {kNan, kInfinity}, {kInfinity, 1}, {1, -kInfinity}});
    CHECK(s.norm == 13);
    CHECK_FALSE(s.min.has_value());
    CHECK_FALSE(s.max.has_value());
    CHECK_FALSE(s.mean.has_value());
    CHECK(s.nan_count == 1);
    CHECK(s.inf_count == 2);
}

TEST_CASE("bools count as 0 and 1", "[tree]") {
    const std::vector<std::uint8_t> values{1, 0, 1, 1};
    const Moments m = moments_of(DType::boolean, std::as_bytes(std::span(values)));
    const LeafStatistics s = statistics_of(DType::boolean, m);
    CHECK(s.min == 0);
    CHECK(s.max == 1);
    CHECK(s.mean == 0.75);
    CHECK(is_close(s.norm.value(), std::sqrt(3.0)));
}

TEST_CASE("integers of every width have their extremes", "[tree]") {
    CHECK(statistics<std::int8_t>({-128, 127}).min == -128);
    CHECK(statistics<std::int16_t>({-32'768, 5}).min == -32'768);
    CHECK(statistics<std::uint16_t>({65'535, 5}).max == 65'535);
    CHECK(statistics<std::int32_t>({-7, 3}).mean == -2);
    CHECK(statistics<std::uint32_t>({4'294'967'295U}).max == 4'294'967'295.0);
    CHECK(statistics<std::int64_t>({INT64_MIN, 0}).min == -0x1p63);
    CHECK(statistics<std::uint64_t>({UINT64_MAX}).max == 0x1p64);
}

TEST_CASE("sums that do not fit a double are left empty", "[tree]") {
    const LeafStatistics s = statistics<double>({1e308, 1e308});
    CHECK(s.max == 1e308);
    CHECK_FALSE(s.mean.has_value());
    CHECK_FALSE(s.norm.has_value());
    CHECK(statistics<float>({3e38F, 3e38F}).norm.has_value());
}

TEST_CASE("subnormal and extreme floats are finite", "[tree]") {
    const float largest = std::numeric_limits<float>::max();
    const float smallest = std::numeric_limits<float>::denorm_min();
    const LeafStatistics s = statistics<float>({largest, smallest, -largest});
    CHECK(s.max == static_cast<double>(largest));
    CHECK(s.nan_count + s.inf_count == 0);
    CHECK(statistics<float>({smallest}).min == static_cast<double>(smallest));
}

/// One element as a double; complex dtypes are not asked for.
double element(const Tensor& tensor, std::size_t i) {
    const std::byte* at = tensor.bytes().data() + i * itemsize(tensor.dtype());
    switch (tensor.dtype()) {
        case DType::int16:
            return load_le<std::int16_t>(at);
        case DType::int32:
            return load_le<std::int32_t>(at);
        case DType::int64:
            return static_cast<double>(load_le<std::int64_t>(at));
        case DType::uint16:
            return load_le<std::uint16_t>(at);
        case DType::uint32:
            return load_le<std::uint32_t>(at);
        case DType::uint64:
            return static_cast<double>(load_le<std::uint64_t>(at));
        case DType::float16:
            return static_cast<double>(float16_to_float(load_le<std::uint16_t>(at)));
        case DType::bfloat16:
            return static_cast<double>(bfloat16_to_float(load_le<std::uint16_t>(at)));
        case DType::float32:
            return static_cast<double>(load_le<float>(at));
        case DType::float64:
            return load_le<double>(at);
        default:
            return static_cast<double>(
                byte_values(tensor.dtype())[std::to_integer<std::size_t>(*at)]);
    }
}

Moments naive_moments(const Tensor& tensor) {
    Moments m;
    for (std::size_t i = 0; i < tensor.size(); ++i) {
        const double x = element(tensor, i);
        if (std::isnan(x))
            ++m.nan_count;
        else if (std::isinf(x))
            ++m.inf_count;
        else
            m.merge({.n_finite = 1, .min = x, .max = x, .sum = x, .sum_squares = x * x});
    }
    return m;
}

void check_same(const Moments& a, const Moments& b, double magnitude) {
    CHECK(a.n_finite == b.n_finite);
    CHECK(a.nan_count == b.nan_count);
    CHECK(a.inf_count == b.inf_count);
    CHECK(a.min == b.min);
    CHECK(a.max == b.max);
    CHECK(is_close(a.sum_squares, b.sum_squares));
    if (std::isfinite(magnitude)) CHECK(std::abs(a.sum - b.sum) <= 1e-9 * magnitude);
}

TEST_CASE("moments are what a plain loop computes, for every dtype and length", "[tree]") {
    std::mt19937_64 random(3);
    for (const DType dtype : all_dtypes()) {
        if (dtype == DType::complex64 || dtype == DType::complex128) continue;
        for (const std::int64_t n : {0, 1, 7, 8, 9, 1'023, 1'024, 1'025, 5'000}) {
            const Tensor tensor = test::random_tensor(random, dtype, {n});
            INFO("seed 3, " << dtype_name(dtype) << ", length " << n);
            const Moments m = moments_of(dtype, tensor.bytes());
            check_same(m, naive_moments(tensor),
                       static_cast<double>(n) * std::max(std::abs(m.min), std::abs(m.max)));
        }
    }
}

TEST_CASE("the moments of chunks merge to those of the whole", "[tree]") {
    std::mt19937_64 random(4);
    for (const DType dtype : all_dtypes()) {
        const Tensor tensor = test::random_tensor(random, dtype, {3'000});
        INFO("seed 4, " << dtype_name(dtype));
        Moments merged;
        for (std::size_t first : {0U, 1'000U, 2'000U})
            merged.merge(moments_of(
                dtype, tensor.bytes().subspan(first * itemsize(dtype), 1'000 * itemsize(dtype))));
        const Moments whole = moments_of(dtype, tensor.bytes());
        check_same(merged, whole, 3'000 * std::max(std::abs(whole.min), std::abs(whole.max)));
    }
}

bool same_bits(const Moments& a, const Moments& b) {
    return a.n_finite == b.n_finite && a.nan_count == b.nan_count && a.inf_count == b.inf_count &&
           a.min == b.min && a.max == b.max && a.sum == b.sum && a.sum_squares == b.sum_squares;
}

TEST_CASE("moments have the same bits whatever the instructions", "[tree]") {
    std::mt19937_64 random(8);
    for (const DType dtype : all_dtypes()) {
        for (const std::int64_t n : {0, 1, 7, 8, 9, 1'023, 1'024, 1'025, 5'000}) {
            INFO("seed 8, " << dtype_name(dtype) << ", length " << n);
            const Tensor tensor = test::random_tensor(random, dtype, {n});
            const Moments baseline = moments_of(dtype, tensor.bytes(), InstructionSet::baseline);
            for (const InstructionSet set : instruction_sets()) {
                CHECK(same_bits(moments_of(dtype, tensor.bytes(), set), baseline));
            }
        }
    }
}

TEST_CASE("every float16 and bfloat16 has the value that its format says", "[tree]") {
    for (std::uint32_t first = 0; first < 0x1'0000; first += 16) {
        std::vector<std::uint16_t> codes;
        for (std::uint32_t i = 0; i < 16; ++i)
            codes.push_back(static_cast<std::uint16_t>(first + i));
        for (const DType dtype : {DType::float16, DType::bfloat16}) {
            const Tensor tensor = Tensor::copy(dtype, {16}, std::as_bytes(std::span(codes)));
            const Moments expected = naive_moments(tensor);
            for (const InstructionSet set : instruction_sets()) {
                const Moments m = moments_of(dtype, tensor.bytes(), set);
                INFO(dtype_name(dtype) << " from " << first);
                REQUIRE(m.n_finite == expected.n_finite);
                REQUIRE(m.nan_count == expected.nan_count);
                REQUIRE(m.min == expected.min);
                REQUIRE(m.max == expected.max);
                REQUIRE(is_close(m.sum_squares, expected.sum_squares));
            }
        }
    }
}

TEST_CASE("a block with one element that is not finite keeps the others", "[tree]") {
    for (const float odd : {kNan, kInfinity, -kInfinity}) {
        for (std::size_t at : {0U, 5U, 1'023U, 1'024U, 2'999U}) {
            std::vector<float> values(3'000, 2.0F);
            values[at] = odd;
            values[(at + 1) % values.size()] = -4.0F;
            const LeafStatistics s = statistics(values);
            CAPTURE(odd, at);
            CHECK(s.nan_count + s.inf_count == 1);
            CHECK(s.min == -4);
            CHECK(s.max == 2);
            CHECK(is_close(s.norm.value(), std::sqrt(2'998.0 * 4 + 16)));
        }
    }
}

TEST_CASE("bytes that are not aligned give the same moments", "[tree]") {
    std::mt19937_64 random(6);
    const Tensor tensor = test::random_tensor(random, DType::float64, {2'000});
    Bytes shifted(1);
    shifted.insert(shifted.end(), tensor.bytes().begin(), tensor.bytes().end());
    const Moments m = moments_of(DType::float64, tensor.bytes());
    const Moments n = moments_of(DType::float64, ByteView(shifted).subspan(1));
    CHECK(m.n_finite == n.n_finite);
    CHECK(m.min == n.min);
    CHECK(m.max == n.max);
}

}  // namespace
}  // namespace ckptlite::pytree
