// SPDX-License-Identifier: MIT
#include "ckptlite/adaptors/eigen.hpp"

#include <vector>

#include "adaptors/no_copy.hpp"
#include "support/throws.hpp"

namespace ckptlite::test {
namespace {

static_assert(MakeableTensor<Eigen::MatrixXf>);
static_assert(MakeableTensor<Eigen::Array3d>);
static_assert(TensorLike<Eigen::Map<Eigen::MatrixXf>>);
static_assert(!MakeableTensor<Eigen::Map<Eigen::MatrixXf>>);
static_assert(!TensorLike<Eigen::Map<const Eigen::MatrixXf>>);
static_assert(EigenInMemory<Eigen::Map<const Eigen::MatrixXf>>);
static_assert(!EigenInMemory<decltype(Eigen::MatrixXf() + Eigen::MatrixXf())>);
static_assert(!EigenInMemory<int> && !EigenInMemory<std::vector<float>>);
static_assert(dtype_of<Eigen::half>() == DType::float16);
static_assert(dtype_of<Eigen::bfloat16>() == DType::bfloat16);

using ByRows = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

std::vector<float> elements(const Tensor& tensor) {
    const Tensor copy = tensor.contiguous();
    const auto values = copy.as<float>();
    return {values.begin(), values.end()};
}

Eigen::MatrixXf two_by_three() {
    Eigen::MatrixXf matrix(2, 3);
    matrix << 1, 2, 3, 4, 5, 6;
    return matrix;
}

TEST_CASE("a matrix is its rows, whether it is kept by columns or by rows", "[adaptors]") {
    const Eigen::MatrixXf by_columns = two_by_three();
    const ByRows by_rows = by_columns;
    const Tensor tensor = tensor_of(by_columns);
    CHECK(tensor.shape() == Shape{2, 3});
    CHECK(tensor.strides() == Strides{1, 2});
    CHECK(tensor.first() == reinterpret_cast<const std::byte*>(by_columns.data()));
    CHECK(elements(tensor) == std::vector<float>{1, 2, 3, 4, 5, 6});
    CHECK(tensor_of(by_rows).as<float>().data() == by_rows.data());
    CHECK(tensor_of(by_rows) == tensor);
}

TEST_CASE("vectors have one dimension, arrays are like matrices", "[adaptors]") {
    const Eigen::Vector3f column(1, 2, 3);
    CHECK(tensor_of(column).shape() == Shape{3});
    CHECK(elements(tensor_of(column)) == std::vector<float>{1, 2, 3});
    const Eigen::ArrayXXi array = Eigen::ArrayXXi::Constant(2, 2, 7);
    CHECK(tensor_of(array) == Tensor::own<int>({7, 7, 7, 7}, {2, 2}));
}

TEST_CASE("blocks, transposed matrices and maps with strides are borrowed as they lie",
          "[adaptors]") {
    Eigen::MatrixXf matrix = two_by_three();
    CHECK(elements(tensor_of(matrix.block(0, 1, 2, 2))) == std::vector<float>{2, 3, 5, 6});
    CHECK(elements(tensor_of(matrix.row(1))) == std::vector<float>{4, 5, 6});
    CHECK(tensor_of(matrix.row(1)).shape() == Shape{3});
    CHECK(elements(tensor_of(matrix.transpose())) == std::vector<float>{1, 4, 2, 5, 3, 6});
    const std::vector<float> memory{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11};
    using Steps = Eigen::Stride<Eigen::Dynamic, Eigen::Dynamic>;
    const Eigen::Map<const ByRows, 0, Steps> map(memory.data(), 2, 3, Steps(6, 2));
    CHECK(elements(tensor_of(map)) == std::vector<float>{0, 2, 4, 6, 8, 10});
    const Eigen::Ref<const Eigen::MatrixXf> ref = matrix;
    CHECK(tensor_of(ref).first() == reinterpret_cast<const std::byte*>(matrix.data()));
}

TEST_CASE("half and bfloat16 matrices are stored as what they are", "[adaptors]") {
    using Half = Eigen::Matrix<Eigen::half, 2, 2>;
    const Half half = two_by_three().leftCols<2>().cast<Eigen::half>();
    CHECK(tensor_of(half).dtype() == DType::float16);
    const Eigen::Matrix<Eigen::bfloat16, 2, 2> brain = half.cast<Eigen::bfloat16>();
    CHECK(tensor_of(brain).dtype() == DType::bfloat16);
    const TempDir dir;
    Store store(dir / "run.db");
    const auto saved = store.save(Dict{{"half", tensor_of(half)}, {"brain", tensor_of(brain)}}, {});
    Half again = Half::Zero();
    const std::vector<TensorBuffer> buffers{buffer_of("/half", again)};
    store.load_into(saved, buffers);
    CHECK(again == half);
    CHECK(matrix_of<Eigen::half>(store.leaf(saved, "/half").tensor()) == half);
}

TEST_CASE("matrices and blocks are restored where they are", "[adaptors]") {
    const TempDir dir;
    Store store(dir / "run.db");
    const Eigen::MatrixXf source = Eigen::MatrixXf::Random(700, 900);
    const auto saved = store.save(Dict{{"w", tensor_of(source)}}, {});
    Eigen::MatrixXf matrix = Eigen::MatrixXf::Zero(700, 900);
    ByRows large = ByRows::Constant(800, 1000, 7);
    for (const TensorBuffer& buffer :
         {buffer_of("/w", matrix), buffer_of("/w", large.block(50, 60, 700, 900))})
        store.load_into(saved, std::span(&buffer, 1));
    CHECK(matrix == source);
    CHECK(large.block(50, 60, 700, 900) == source);
    CHECK((large.array() == 7).count() == 800 * 1000 - 700 * 900);
    CHECK(matrix_of<float>(store.leaf(saved, "/w").tensor()) == source);
}

TEST_CASE("a matrix is made where its type allows the shape", "[adaptors]") {
    using Traits = TensorTraits<Eigen::MatrixXf>;
    CHECK(Traits::can_hold(DType::float32, {5, 0}));
    CHECK_FALSE(Traits::can_hold(DType::float64, {5, 6}));
    CHECK_FALSE(Traits::can_hold(DType::float32, {5}));
    CHECK(Traits::make(DType::float32, {5, 6}).cols() == 6);
    using Narrow = Eigen::Matrix<float, Eigen::Dynamic, 3, 0, 10, 3>;
    CHECK(TensorTraits<Narrow>::can_hold(DType::float32, {10, 3}));
    CHECK_FALSE(TensorTraits<Narrow>::can_hold(DType::float32, {11, 3}));
    CHECK_FALSE(TensorTraits<Narrow>::can_hold(DType::float32, {10, 4}));
    CHECK(TensorTraits<Eigen::Vector3f>::can_hold(DType::float32, {3}));
    CHECK_FALSE(TensorTraits<Eigen::Vector3f>::can_hold(DType::float32, {4}));
    CHECK(TensorTraits<Eigen::VectorXf>::make(DType::float32, {4}).size() == 4);
}

TEST_CASE("a loaded tensor is seen as a matrix", "[adaptors]") {
    const Tensor cube = Tensor::own(std::vector<float>(8), {2, 2, 2});
    REQUIRE_THROWS_SAYING(matrix_of<float>(cube), InvalidArgument, "[2, 2, 2] is no matrix");
    REQUIRE_THROWS_SAYING(matrix_of<double>(cube), InvalidArgument, "no matrix");
    const Tensor vector = Tensor::own<float>({1, 2, 3}, {3});
    REQUIRE_THROWS_SAYING(matrix_of<double>(vector), TypeError, "float32");
    CHECK(matrix_of<float>(vector) == Eigen::Vector3f(1, 2, 3));
    CHECK(matrix_of<float>(Tensor::own<float>({5}, {}))(0, 0) == 5);
}

TEST_CASE("a large matrix kept by columns is saved and restored without a copy", "[adaptors]") {
    std::vector<float> elements = large_vector();
    constexpr Eigen::Index kRows = 8192;
    using Map = Eigen::Map<Eigen::MatrixXf>;
    Map map(elements.data(), kRows, static_cast<Eigen::Index>(elements.size()) / kRows);
    check_no_copy(
        [&] {
            return Dict{{"w", tensor_of(map)}};
        },
        [&] { return std::vector{buffer_of("/w", map)}; }, [&] { map.setZero(); });
    CHECK(elements == large_vector());
}

}  // namespace
}  // namespace ckptlite::test
