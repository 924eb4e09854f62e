// SPDX-License-Identifier: MIT
#include "ckptlite/adaptors/torch.hpp"

#include "adaptors/no_copy.hpp"
#include "ckptlite/adaptors/torch_training.hpp"
#include "support/throws.hpp"

namespace ckptlite::test {
namespace {

static_assert(MakeableTensor<at::Tensor>);
static_assert(dtype_of<c10::Half>() == DType::float16);
static_assert(dtype_of<c10::BFloat16>() == DType::bfloat16);

TEST_CASE("a tensor of libtorch is borrowed as it lies", "[torch]") {
    const at::Tensor tensor = torch::arange(12, torch::kFloat32).reshape({3, 4});
    CHECK(tensor_of(tensor).first() == static_cast<const std::byte*>(tensor.data_ptr()));
    CHECK(tensor_of(tensor).is_contiguous());
    CHECK(tensor_of(tensor).is_borrowed());
    using torch::indexing::Slice;
    for (const at::Tensor& view :
         {tensor.t(), tensor.index({Slice(), Slice(1, 4, 2)}), tensor.select(1, 2),
          tensor.unsqueeze(1).expand({3, 2, 4}), tensor.sum(), tensor.slice(0, 1, 1)}) {
        const at::Tensor copy = view.contiguous();
        CHECK(tensor_of(view) == tensor_of(copy));
        CHECK(tensor_of(view).shape() == view.sizes().vec());
    }
}

TEST_CASE("every dtype that both have is saved, restored and handed back", "[torch]") {
    const TempDir dir;
    Store store(dir / "run.db");
    int n = 0;
    for (const DType dtype : all_dtypes()) {
        const auto type = detail::torch_dtype(dtype);
        if (!type) continue;
        CAPTURE(dtype_name(dtype));
        const at::Tensor source = (torch::rand({50, 3}) * 20).to(*type);
        const auto saved = store.save(Dict{{"t", tensor_of(source)}}, {.step = ++n});
        at::Tensor target = at::zeros({3, 50}, *type).t();
        const std::vector<TensorBuffer> buffers{buffer_of("/t", target)};
        store.load_into(saved, buffers);
        CHECK(at::equal(target, source));
        const at::Tensor loaded = torch_of(store.leaf(saved, "/t").tensor());
        CHECK(loaded.scalar_type() == *type);
        CHECK(at::equal(loaded, source));
    }
    CHECK(n >= 12);
    REQUIRE_THROWS_SAYING(torch_of(Tensor::copy(DType::int4, {0}, {})), InvalidArgument, "int4");
}

TEST_CASE("what has no elements in memory is refused by name", "[torch]") {
    const at::Tensor tensor = torch::rand({3, 3});
    REQUIRE_THROWS_SAYING(tensor_of(at::Tensor()), InvalidArgument, "undefined");
    REQUIRE_THROWS_SAYING(tensor_of(tensor.to_sparse()), InvalidArgument, "sparse");
    REQUIRE_THROWS_SAYING(tensor_of(tensor.to(at::kComplexFloat).conj()), InvalidArgument,
                          "resolve_conj");
    REQUIRE_THROWS_SAYING(tensor_of(at::imag(tensor.to(at::kComplexFloat).conj())), InvalidArgument,
                          "resolve_neg");
    REQUIRE_THROWS_SAYING(tensor_of(at::quantize_per_tensor(tensor, 0.1, 0, at::kQInt8)),
                          InvalidArgument, "QInt8");
    REQUIRE_THROWS_SAYING(tensor_of(at::empty({2}, at::device(at::kMeta))), InvalidArgument,
                          "meta");
    REQUIRE_THROWS_SAYING(buffer_of("/t", tensor.to_sparse()), InvalidArgument, "sparse");
}

TEST_CASE("a large tensor of libtorch is saved and restored without a copy", "[torch]") {
    const auto n = static_cast<std::int64_t>(kLargeTensor / sizeof(float));
    const at::Tensor tensor = torch::arange(n, torch::kFloat32).reshape({-1, 4096}).t();
    const void* const memory = tensor.data_ptr();
    check_no_copy(
        [&] {
            return Dict{{"w", tensor_of(tensor)}};
        },
        [&] { return std::vector{buffer_of("/w", tensor)}; }, [&] { tensor.zero_(); });
    CHECK(tensor.data_ptr() == memory);
    CHECK(tensor[4095][3].item<float>() == 4096 * 3 + 4095);
    CHECK(at::equal(tensor.t().flatten().slice(0, 0, 1'000'000),
                    torch::arange(1'000'000, torch::kFloat32)));
}

}  // namespace
}  // namespace ckptlite::test
