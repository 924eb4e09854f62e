// SPDX-License-Identifier: MIT
#include "ckptlite/tensor.hpp"

#include <bit>
#include <cmath>
#include <limits>

#include "ckptlite/error.hpp"
#include "support/catch.hpp"
#include "support/throws.hpp"

namespace ckptlite {
namespace {

TEST_CASE("a shape reads as JSON", "[tree]") {
    CHECK(shape_text({}) == "[]");
    CHECK(shape_text({3}) == "[3]");
    CHECK(shape_text({3, 4, 0}) == "[3, 4, 0]");
}

TEST_CASE("the size of a tensor is the product of its extents", "[tree]") {
    CHECK(nbytes_of(DType::float32, {}) == 4);
    CHECK(nbytes_of(DType::complex128, {3, 4}) == 192);
    CHECK(nbytes_of(DType::int4, {5}) == 5);
    CHECK(nbytes_of(DType::float64, {1'000, 0, 1'000}) == 0);
    CHECK(nbytes_of(DType::uint8, Shape(255, 1)) == 1);
}

TEST_CASE("shapes that no leaf can have are refused", "[tree]") {
    const std::int64_t huge = std::numeric_limits<std::int64_t>::max();
    REQUIRE_THROWS_SAYING(nbytes_of(DType::uint8, {-1}), InvalidArgument, "negative");
    REQUIRE_THROWS_SAYING(nbytes_of(DType::uint8, {0, -1}), InvalidArgument, "negative");
    REQUIRE_THROWS_SAYING(nbytes_of(DType::uint8, Shape(256, 1)), InvalidArgument, "rank 256");
    REQUIRE_THROWS_SAYING(nbytes_of(DType::uint8, {huge}), InvalidArgument, "larger");
    REQUIRE_THROWS_SAYING(nbytes_of(DType::float64, {huge, huge}), InvalidArgument, "larger");
    REQUIRE_THROWS_SAYING(nbytes_of(DType::float64, {1LL << 32, 1LL << 32}), InvalidArgument,
                          "larger");
    // An extent of 0 does not hide a row that could not be measured.
    REQUIRE_THROWS_SAYING(nbytes_of(DType::uint8, {0, huge, 2}), InvalidArgument, "larger");
}

TEST_CASE("a borrowed tensor shows the caller's memory", "[tree]") {
    std::vector<float> values{1, 2, 3, 4, 5, 6};
    const Tensor tensor = Tensor::borrow(values, {2, 3});
    CHECK(tensor.is_borrowed());
    CHECK(tensor.dtype() == DType::float32);
    CHECK(tensor.size() == 6);
    CHECK(tensor.as<float>().data() == values.data());
    const Tensor copy = tensor;
    CHECK(copy.as<float>().data() == values.data());
}

TEST_CASE("an owning tensor outlives its source", "[tree]") {
    std::vector<std::int32_t> values{1, 2, 3};
    const std::int32_t* const memory = values.data();
    const Tensor owned = Tensor::own(std::move(values), {3});
    CHECK_FALSE(owned.is_borrowed());
    CHECK(owned.as<std::int32_t>().data() == memory);

    std::vector<std::int32_t> other{7, 8};
    const Tensor copied = Tensor::copy(DType::int32, {2}, std::as_bytes(std::span(other)));
    other[0] = 0;
    CHECK_FALSE(copied.is_borrowed());
    CHECK(copied.as<std::int32_t>()[0] == 7);
}

TEST_CASE("bytes that do not fit the shape are refused", "[tree]") {
    const std::vector<float> values(6);
    REQUIRE_THROWS_SAYING(Tensor::borrow(values, {2, 4}), InvalidArgument,
                          "float32 tensor of shape [2, 4] has 32 bytes, but 24 were given");
    REQUIRE_THROWS_SAYING(Tensor::borrow(values, {}), InvalidArgument, "has 4 bytes");
}

TEST_CASE("elements are only given as the type they are", "[tree]") {
    const Tensor tensor = Tensor::own(std::vector<std::int32_t>{1, 2}, {2});
    REQUIRE_THROWS_SAYING(tensor.as<float>(), TypeError, "int32, not float32");
    const Tensor shifted = Tensor::adopt(DType::int32, {1}, tensor.bytes().subspan(1, 4), nullptr);
    REQUIRE_THROWS_SAYING(shifted.as<std::int32_t>(), TypeError, "aligned");
}

TEST_CASE("tensors are equal if dtype, shape and bits are", "[tree]") {
    const float nan = std::numeric_limits<float>::quiet_NaN();
    const Tensor a = Tensor::own(std::vector<float>{nan, 0.0F}, {2});
    CHECK(a == Tensor::own(std::vector<float>{nan, 0.0F}, {2}));
    CHECK_FALSE(a == Tensor::own(std::vector<float>{nan, -0.0F}, {2}));
    CHECK_FALSE(a == Tensor::own(std::vector<float>{nan, 0.0F}, {2, 1}));
    CHECK_FALSE(Tensor::own(std::vector<std::int8_t>{1}, {1}) ==
                Tensor::own(std::vector<std::uint8_t>{1}, {1}));
}

TEST_CASE("an empty tensor needs no memory", "[tree]") {
    CHECK(Tensor().shape() == Shape{0});
    CHECK(Tensor().dtype() == DType::uint8);
    CHECK(Tensor() == Tensor::borrow(DType::uint8, {0}, {}));
    CHECK(Tensor::copy(DType::float64, {0, 3}, {}).as<double>().empty());
}

TEST_CASE("allocated memory is aligned to 64 bytes", "[tree]") {
    for (const std::size_t n : {0U, 1U, 63U, 4'097U})
        CHECK(std::bit_cast<std::uintptr_t>(allocate_bytes(n).get()) % 64 == 0);
}

}  // namespace
}  // namespace ckptlite
