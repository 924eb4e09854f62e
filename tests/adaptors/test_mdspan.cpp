// SPDX-License-Identifier: MIT
#include "ckptlite/adaptors/mdspan.hpp"

#include "adaptors/no_copy.hpp"
#include "adaptors/small_mdspan.hpp"
#include "support/throws.hpp"

namespace ckptlite::test {
namespace {

using Matrix = SmallMdspan<float, 2>;
using ConstMatrix = SmallMdspan<const float, 2>;

static_assert(TensorLike<Matrix>);
static_assert(MdspanShaped<ConstMatrix> && !TensorLike<ConstMatrix>);
static_assert(!MdspanShaped<std::vector<float>> && !MdspanShaped<float*>);

TEST_CASE("a view in any layout is borrowed as it lies", "[adaptors]") {
    std::vector<float> memory{1, 4, 2, 5, 3, 6};
    const ConstMatrix left{memory.data(), {{2, 3}, {1, 2}}};
    const Tensor tensor = tensor_of(left);
    CHECK(tensor == Tensor::own<float>({1, 2, 3, 4, 5, 6}, {2, 3}));
    CHECK(tensor.first() == reinterpret_cast<const std::byte*>(memory.data()));
    const Matrix right{memory.data(), {{2, 3}, {3, 1}}};
    CHECK(tensor_of(right).as<float>().data() == memory.data());
    const SmallMdspan<float, 0> scalar{memory.data(), {}};
    CHECK(tensor_of(scalar) == Tensor::own<float>({1}, {}));
}

TEST_CASE("a mapping may begin anywhere, and go backwards", "[adaptors]") {
    std::vector<float> memory{1, 2, 3, 4, 5, 6};
    const Matrix reversed{memory.data(), {{2, 3}, {-3, -1}, 5}};
    CHECK(tensor_of(reversed) == Tensor::own<float>({6, 5, 4, 3, 2, 1}, {2, 3}));
    const Matrix empty{nullptr, {{0, 3}, {3, 1}, 1000}};
    CHECK(tensor_of(empty).size() == 0);
}

TEST_CASE("a mapping without strides is refused", "[adaptors]") {
    std::vector<float> memory(6);
    const Matrix tiled{memory.data(), {{2, 3}, {3, 1}}, false};
    REQUIRE_THROWS_SAYING(tensor_of(tiled), InvalidArgument, "not strided");
    REQUIRE_THROWS_SAYING(buffer_of("/w", tiled), InvalidArgument, "not strided");
}

TEST_CASE("the memory behind a view is saved and restored without a copy", "[adaptors]") {
    std::vector<float> memory = large_vector();
    const auto rows = static_cast<long>(memory.size()) / 4096;
    const Matrix view{memory.data(), {{rows, 4096}, {1, rows}}};
    check_no_copy(
        [&] {
            return Dict{{"w", tensor_of(view)}};
        },
        [&] { return std::vector{buffer_of("/w", view)}; },
        [&] { std::ranges::fill(memory, 0.0F); });
    CHECK(memory == large_vector());
}

TEST_CASE("raw memory is saved and restored without a copy", "[adaptors]") {
    std::vector<float> memory = large_vector();
    const Shape shape{static_cast<std::int64_t>(memory.size()) / 8, 8};
    check_no_copy(
        [&] {
            return Dict{{"w", Tensor::borrow(memory.data(), shape)}};
        },
        [&] { return std::vector{TensorBuffer::of("/w", memory.data(), shape)}; },
        [&] { std::ranges::fill(memory, 0.0F); });
    CHECK(memory == large_vector());
}

}  // namespace
}  // namespace ckptlite::test
