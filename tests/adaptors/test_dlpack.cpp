// SPDX-License-Identifier: MIT
#include "ckptlite/adaptors/dlpack.hpp"

#include "adaptors/no_copy.hpp"
#include "adaptors/versioned_dlpack.hpp"
#include "support/throws.hpp"

namespace ckptlite::test {
namespace {

static_assert(DlpackVersioned<DLManagedTensorVersioned>);
static_assert(!DlpackVersioned<DLManagedTensor> && DlpackManaged<DLManagedTensor>);

constexpr DLDataType kFloat32{kDLFloat, 32, 1};

/// A producer: an array of 6 floats, [2, 3], and how often its deleter was called.
template <typename Managed>
class Producer {
public:
    Producer() {
        DLTensor& tensor = managed.dl_tensor;
        tensor.data = values.data();
        tensor.device = {kDLCPU, 0};
        tensor.ndim = 2;
        tensor.dtype = kFloat32;
        tensor.shape = shape.data();
        tensor.strides = strides.data();
        managed.manager_ctx = this;
        managed.deleter = [](Managed* self) {
            ++static_cast<Producer*>(self->manager_ctx)->n_deleted;
        };
        if constexpr (DlpackVersioned<Managed>) managed.version = {1, 1};
    }
    Producer(const Producer&) = delete;
    Producer& operator=(const Producer&) = delete;

    std::vector<float> values{1, 2, 3, 4, 5, 6};
    std::vector<std::int64_t> shape{2, 3};
    std::vector<std::int64_t> strides{3, 1};
    Managed managed{};
    int n_deleted = 0;
};

using Plain = Producer<DLManagedTensor>;
using Versioned = Producer<DLManagedTensorVersioned>;

const Tensor kExpected = Tensor::own<float>({1, 2, 3, 4, 5, 6}, {2, 3});

TEMPLATE_TEST_CASE("a managed tensor is taken over and let go once", "[adaptors]", Plain,
                   Versioned) {
    TestType producer;
    {
        const Tensor tensor = from_dlpack(&producer.managed);
        const Tensor copy = tensor;
        CHECK(copy == kExpected);
        CHECK(copy.as<float>().data() == producer.values.data());
        CHECK(copy.is_borrowed());
        CHECK(producer.n_deleted == 0);
    }
    CHECK(producer.n_deleted == 1);
    producer.managed.deleter = nullptr;
    CHECK(from_dlpack(&producer.managed) == kExpected);
}

TEMPLATE_TEST_CASE("a tensor that cannot be stored stays the caller's", "[adaptors]", Plain,
                   Versioned) {
    TestType producer;
    const auto refused = [&](const char* words) {
        REQUIRE_THROWS_SAYING(from_dlpack(&producer.managed), InvalidArgument, words);
        CHECK(producer.n_deleted == 0);
    };
    DLTensor& tensor = producer.managed.dl_tensor;
    tensor.device.device_type = kDLCUDA;
    refused("device type 2 (CUDA)");
    tensor.device.device_type = kDLCPU;
    tensor.dtype = {kDLInt, 4, 1};
    refused("int of 4 bits");
    tensor.dtype = {kDLFloat, 32, 4};
    refused("float of 32 bits x 4 lanes");
    tensor.dtype = {17, 4, 2};
    refused("float4_e2m1fn of 4 bits x 2 lanes");
    tensor.dtype = {200, 8, 1};
    refused("type code 200");
    tensor.dtype = kFloat32;
    tensor.ndim = -1;
    refused("-1 axes");
    tensor.ndim = 256;
    refused("256 axes");
    tensor.ndim = 2;
    tensor.data = nullptr;
    refused("has no data");
    tensor.data = producer.values.data();
    producer.shape[1] = -3;
    refused("negative");
    producer.shape[1] = 3;
    producer.strides[0] = std::int64_t{1} << 62;
    refused("more than any memory");
    tensor.shape = nullptr;
    refused("no shape");
}

TEST_CASE("versions and flags are heeded", "[adaptors]") {
    Versioned producer;
    producer.managed.version = {2, 0};
    REQUIRE_THROWS_SAYING(from_dlpack(&producer.managed), InvalidArgument, "version 2 of DLPack");
    CHECK(producer.n_deleted == 0);
    producer.managed.version = {1, 9};
    producer.managed.flags = 2;  // a copy, which nobody else changes
    CHECK_FALSE(from_dlpack(&producer.managed).is_borrowed());
    CHECK(producer.n_deleted == 1);
    producer.managed.flags = 1;  // read-only
    CHECK(from_dlpack(&producer.managed) == kExpected);
    REQUIRE_THROWS_SAYING(buffer_of("/w", producer.managed), InvalidArgument, "read-only");
    producer.managed.flags = 0;
    CHECK(buffer_of("/w", producer.managed).bytes.size() == 24);
}

TEST_CASE("offsets, strides and their absence are heeded", "[adaptors]") {
    Plain producer;
    DLTensor& tensor = producer.managed.dl_tensor;
    tensor.strides = nullptr;
    CHECK(tensor_of(tensor) == kExpected);
    tensor.byte_offset = 8;
    tensor.shape[0] = 1;
    CHECK(tensor_of(tensor) == Tensor::own<float>({3, 4, 5}, {1, 3}));
    tensor.byte_offset = 20;
    producer.shape = {3, 2};
    producer.strides = {-2, -1};
    tensor.shape = producer.shape.data();
    tensor.strides = producer.strides.data();
    CHECK(tensor_of(tensor) == Tensor::own<float>({6, 5, 4, 3, 2, 1}, {3, 2}));
    tensor.ndim = 0;
    tensor.byte_offset = 4;
    CHECK(tensor_of(tensor) == Tensor::own<float>({2}, {}));
    tensor.shape = tensor.strides = nullptr;
    CHECK(tensor_of(tensor) == Tensor::own<float>({2}, {}));
}

TEST_CASE("an empty tensor needs no data", "[adaptors]") {
    Plain producer;
    producer.shape[0] = 0;
    producer.managed.dl_tensor.data = nullptr;
    CHECK(tensor_of(producer.managed.dl_tensor).shape() == Shape{0, 3});
    producer.managed.dl_tensor.strides = nullptr;
    CHECK(tensor_of(producer.managed.dl_tensor).nbytes() == 0);
}

TEMPLATE_TEST_CASE("every dtype goes out and comes back", "[adaptors]", DLManagedTensor,
                   DLManagedTensorVersioned) {
    int n = 0;
    for (const DType dtype : all_dtypes()) {
        const std::vector<std::byte> bytes(6 * itemsize(dtype), std::byte{1});
        const Tensor tensor = Tensor::copy(dtype, {2, 3}, bytes);
        CAPTURE(dtype_name(dtype));
        if (dtype == DType::int4 || dtype == DType::uint4) {
            REQUIRE_THROWS_SAYING(to_dlpack<TestType>(tensor), InvalidArgument, "packs two");
            continue;
        }
        auto managed = to_dlpack<TestType>(tensor);
        CHECK(managed->dl_tensor.dtype.bits == 8 * itemsize(dtype));
        CHECK(from_dlpack(managed) == tensor);
        ++n;
    }
    CHECK(n == 20);
}

TEST_CASE("a tensor that is handed over lives until its deleter is called", "[adaptors]") {
    auto memory = std::make_shared<std::vector<float>>(std::vector<float>{1, 4, 2, 5, 3, 6});
    const std::weak_ptr<std::vector<float>> watched = memory;
    const float* const first = memory->data();
    Tensor tensor = Tensor::adopt(DType::float32, {2, 3}, {1, 2}, first, std::move(memory));
    DLManagedTensorVersioned* const managed =
        to_dlpack<DLManagedTensorVersioned>(std::move(tensor)).release();
    CHECK(managed->dl_tensor.data == first);
    CHECK(managed->dl_tensor.strides[1] == 2);
    CHECK(managed->dl_tensor.byte_offset == 0);
    CHECK(managed->version.major == 1);
    CHECK((managed->flags & 1) == 1);
    CHECK(tensor_of(managed->dl_tensor) == kExpected);
    CHECK_FALSE(watched.expired());
    managed->deleter(managed);
    CHECK(watched.expired());
}

TEST_CASE("a managed tensor that is not handed over is let go", "[adaptors]") {
    auto memory = std::make_shared<std::vector<float>>(1);
    const std::weak_ptr<std::vector<float>> watched = memory;
    const float* const first = memory->data();
    static_cast<void>(to_dlpack(Tensor::adopt(DType::float32, {1}, {1}, first, std::move(memory))));
    CHECK(watched.expired());
}

TEST_CASE("a large DLPack tensor is saved and restored without a copy", "[adaptors]") {
    Plain producer;
    producer.values = large_vector();
    const auto rows = static_cast<std::int64_t>(producer.values.size()) / 4096;
    producer.shape = {4096, rows};
    producer.strides = {1, 4096};
    DLTensor& tensor = producer.managed.dl_tensor;
    tensor.data = producer.values.data();
    tensor.shape = producer.shape.data();
    tensor.strides = producer.strides.data();
    check_no_copy(
        [&] {
            return Dict{{"w", from_dlpack(&producer.managed)}};
        },
        [&] { return std::vector{buffer_of("/w", tensor)}; },
        [&] { std::ranges::fill(producer.values, 0.0F); });
    CHECK(producer.n_deleted == 1);
    CHECK(producer.values == large_vector());
}

}  // namespace
}  // namespace ckptlite::test
