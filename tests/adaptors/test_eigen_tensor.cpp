// SPDX-License-Identifier: MIT
#include "ckptlite/adaptors/eigen_tensor.hpp"

#include "ckptlite/store.hpp"
#include "support/catch.hpp"
#include "support/temp_dir.hpp"

namespace ckptlite::test {
namespace {

using ByColumns = Eigen::Tensor<float, 3>;
using ByRows = Eigen::Tensor<float, 3, Eigen::RowMajor>;

static_assert(MakeableTensor<ByColumns> && MakeableTensor<ByRows>);
static_assert(TensorLike<Eigen::TensorMap<ByRows>>);
static_assert(!EigenTensorInMemory<float>);

/// Element (i, j, k) is 100 i + 10 j + k.
template <typename Made>
Made numbered() {
    Made tensor(2, 3, 4);
    for (int i = 0; i < 2; ++i)
        for (int j = 0; j < 3; ++j)
            for (int k = 0; k < 4; ++k) tensor(i, j, k) = static_cast<float>(100 * i + 10 * j + k);
    return tensor;
}

bool same(const auto& a, const auto& b) {
    for (int i = 0; i < 2; ++i)
        for (int j = 0; j < 3; ++j)
            for (int k = 0; k < 4; ++k)
                if (a(i, j, k) != b(i, j, k)) return false;
    return true;
}

TEST_CASE("an Eigen tensor has the same elements in either layout", "[adaptors]") {
    const auto by_columns = numbered<ByColumns>();
    const auto by_rows = numbered<ByRows>();
    CHECK(tensor_of(by_columns).shape() == Shape{2, 3, 4});
    CHECK(tensor_of(by_columns).strides() == Strides{1, 2, 6});
    CHECK(tensor_of(by_rows).is_contiguous());
    CHECK(tensor_of(by_rows).as<float>().data() == by_rows.data());
    CHECK(tensor_of(by_columns) == tensor_of(by_rows));
    CHECK(tensor_of(Eigen::Tensor<double, 0>()).shape().empty());
}

TEST_CASE("Eigen tensors are restored where they are, from either layout", "[adaptors]") {
    const TempDir dir;
    Store store(dir / "run.db");
    const auto source = numbered<ByColumns>();
    const auto saved = store.save(Dict{{"t", tensor_of(source)}}, {});
    ByRows by_rows(2, 3, 4);
    std::vector<float> memory(24);
    Eigen::TensorMap<ByColumns> map(memory.data(), 2, 3, 4);
    Eigen::TensorFixedSize<float, Eigen::Sizes<2, 3, 4>> fixed;
    for (const TensorBuffer& buffer :
         {buffer_of("/t", by_rows), buffer_of("/t", map), buffer_of("/t", fixed)})
        store.load_into(saved, std::span(&buffer, 1));
    CHECK(same(by_rows, source));
    CHECK(same(map, source));
    CHECK(same(fixed, source));
}

TEST_CASE("an Eigen tensor is made where rank and dtype allow it", "[adaptors]") {
    using Traits = TensorTraits<ByRows>;
    CHECK(Traits::can_hold(DType::float32, {4, 5, 6}));
    CHECK_FALSE(Traits::can_hold(DType::float32, {4, 5}));
    CHECK_FALSE(Traits::can_hold(DType::int32, {4, 5, 6}));
    const ByRows made = Traits::make(DType::float32, {4, 5, 6});
    CHECK(made.dimension(2) == 6);
}

}  // namespace
}  // namespace ckptlite::test
