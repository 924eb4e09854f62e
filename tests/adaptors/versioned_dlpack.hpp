// SPDX-License-Identifier: MIT
// DLManagedTensorVersioned as DLPack's specification lays it out, for tests with a dlpack.h that is
// older than version 1.0.
#pragma once

#include <dlpack/dlpack.h>

#include <cstdint>

#ifndef DLPACK_MAJOR_VERSION
struct DLPackVersion {
    std::uint32_t major;
    std::uint32_t minor;
};

struct DLManagedTensorVersioned {
    DLPackVersion version;
    void* manager_ctx;
    void (*deleter)(DLManagedTensorVersioned* self);
    std::uint64_t flags;
    DLTensor dl_tensor;
};
#endif
