// SPDX-License-Identifier: MIT
#include "ckptlite/tensor.hpp"

#include <algorithm>
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

/// [[1, 2, 3], [4, 5, 6]], kept by columns.
Tensor by_columns() {
    static const std::vector<float> memory{1, 4, 2, 5, 3, 6};
    return Tensor::borrow(memory.data(), {2, 3}, {1, 2});
}

TEST_CASE("a tensor with strides shows the caller's memory", "[tree]") {
    const Tensor tensor = by_columns();
    CHECK_FALSE(tensor.is_contiguous());
    CHECK(tensor.is_borrowed());
    CHECK(tensor.size() == 6);
    CHECK(tensor.nbytes() == 24);
    CHECK(tensor.strides() == Strides{1, 2});
    std::vector<float> row(3);
    tensor.copy_to(std::as_writable_bytes(std::span(row)), 3 * sizeof(float));
    CHECK(row == std::vector<float>{4, 5, 6});
    REQUIRE_THROWS_SAYING(tensor.copy_to(std::as_writable_bytes(std::span(row)), 13),
                          InvalidArgument, "12 from byte 13");
}

TEST_CASE("a tensor with strides has bytes in C order once it is copied", "[tree]") {
    const Tensor tensor = by_columns();
    REQUIRE_THROWS_SAYING(tensor.bytes(), InvalidArgument, "contiguous()");
    REQUIRE_THROWS_SAYING(tensor.as<float>(), InvalidArgument, "contiguous()");
    const Tensor copy = tensor.contiguous();
    CHECK(copy.is_contiguous());
    CHECK_FALSE(copy.is_borrowed());
    CHECK(std::ranges::equal(copy.as<float>(), std::vector<float>{1, 2, 3, 4, 5, 6}));
    CHECK(copy == tensor);
    CHECK(copy.contiguous().first() == copy.first());
}

TEST_CASE("a borrowed tensor may have an owner that keeps its memory", "[tree]") {
    auto memory = std::make_shared<std::vector<float>>(6, 2.0F);
    const std::weak_ptr<std::vector<float>> watched = memory;
    const float* const first = memory->data();
    {
        const Tensor tensor =
            Tensor::borrow(DType::float32, {2, 3}, {3, 1}, first, std::move(memory));
        const Tensor copy = tensor;
        CHECK(copy.is_borrowed());
        CHECK(copy.as<float>().data() == first);
        CHECK_FALSE(watched.expired());
    }
    CHECK(watched.expired());
}

TEST_CASE("strides of C order are none", "[tree]") {
    const std::vector<float> memory(6);
    const Tensor tensor = Tensor::borrow(memory.data(), {2, 1, 3}, {3, 77, 1});
    CHECK(tensor.is_contiguous());
    CHECK(tensor.strides() == Strides{3, 3, 1});
    CHECK(tensor.as<float>().data() == memory.data());
    CHECK(Tensor::borrow(memory.data(), {6}) == Tensor::borrow(memory, {6}));
    REQUIRE_THROWS_SAYING(Tensor::borrow(memory.data(), {6}, {1, 1}), InvalidArgument, "1 strides");
}

TEST_CASE("tensors are compared by elements, however they lie", "[tree]") {
    const std::vector<std::int16_t> memory(5000, 7);
    const Tensor repeated = Tensor::borrow(memory.data(), {5000}, {0});
    CHECK(repeated == Tensor::borrow(memory, {5000}));
    CHECK(repeated == Tensor::borrow(memory.data() + 4999, {5000}, {-1}));
    std::vector<std::int16_t> other = memory;
    other.back() = 8;
    CHECK_FALSE(repeated == Tensor::borrow(other, {5000}));
    CHECK_FALSE(Tensor::borrow(other, {5000}) == Tensor::borrow(&other.back(), {5000}, {-1}));
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
