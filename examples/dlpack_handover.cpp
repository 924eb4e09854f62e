// SPDX-License-Identifier: MIT
// A tensor of another library is saved, and a stored one is handed over to it, through DLPack: no
// element is copied but into the file and out of it. The two functions stand for that library.
//
// usage: dlpack_handover FILE
#include <ckptlite/adaptors/dlpack.hpp>
#include <ckptlite/ckptlite.hpp>
#include <iostream>
#include <numeric>
#include <vector>

namespace {

struct OtherLibrarysArray {
    std::vector<float> elements = std::vector<float>(12);
    std::int64_t shape[2] = {3, 4};
    std::int64_t strides[2] = {1, 3};  // kept by columns
    DLManagedTensor managed{};
};

/// 0, 1, 2, ... by columns.
DLManagedTensor* produce() {
    auto* const array = new OtherLibrarysArray;
    std::iota(array->elements.begin(), array->elements.end(), 0.0F);
    array->managed.dl_tensor = {.data = array->elements.data(),
                                .device = {kDLCPU, 0},
                                .ndim = 2,
                                .dtype = {kDLFloat, 32, 1},
                                .shape = array->shape,
                                .strides = array->strides,
                                .byte_offset = 0};
    array->managed.manager_ctx = array;
    array->managed.deleter = [](DLManagedTensor* self) {
        std::cout << "the producer's memory is free again\n";
        delete static_cast<OtherLibrarysArray*>(self->manager_ctx);
    };
    return &array->managed;
}

void consume(DLManagedTensor* managed) {
    const DLTensor& tensor = managed->dl_tensor;
    for (std::int64_t i = 0; i < tensor.shape[0]; ++i) {
        for (std::int64_t j = 0; j < tensor.shape[1]; ++j)
            std::cout << static_cast<const float*>(
                             tensor.data)[i * tensor.strides[0] + j * tensor.strides[1]]
                      << (j + 1 < tensor.shape[1] ? ' ' : '\n');
    }
    managed->deleter(managed);
}

}  // namespace

int main(int argc, char** argv) try {
    using namespace ckptlite;
    Store store(argc == 2 ? argv[1] : "dlpack.db");
    const auto saved = store.save(Dict{{"w", from_dlpack(produce())}}, {});
    consume(to_dlpack(store.leaf(saved, "/w").tensor()).release());
} catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return 1;
}
