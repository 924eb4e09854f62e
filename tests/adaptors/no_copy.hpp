// SPDX-License-Identifier: MIT
// How a test of an adaptor shows that a large tensor is saved and filled without a copy: no
// allocation is nearly as large as the tensor, and the process does not grow by its size.
#pragma once

#include <cstddef>
#include <functional>
#include <vector>

#include "ckptlite/store.hpp"
#include "support/catch.hpp"
#include "support/counted_memory.hpp"
#include "support/peak_memory.hpp"
#include "support/sanitized.hpp"
#include "support/temp_dir.hpp"

namespace ckptlite::test {

/// Enough that what a save has under way, some 100 MiB, is small beside it.
inline constexpr std::size_t kLargeTensor = 256ULL << 20;
inline constexpr std::size_t kMostAtOnce = 8ULL << 20;

/// As many elements, 2^20 different ones.
inline std::vector<float> large_vector() {
    std::vector<float> elements(kLargeTensor / sizeof(float));
    for (std::size_t i = 0; i < elements.size(); ++i)
        elements[i] = static_cast<float>((i * 0x9E3779B97F4A7C15ULL) >> 44);
    return elements;
}

/// Calls are made in turn: the tree to save, `clear` for its memory, the buffers to restore it
/// into.
inline void check_no_copy(const std::function<Tree()>& make_tree,
                          const std::function<std::vector<TensorBuffer>()>& make_buffers,
                          const std::function<void()>& clear) {
    const TempDir dir;
    Store store(dir / "run.db");
    CheckpointInfo saved;
    const CountedMemory counted;
    const std::size_t saving = peak_extra([&] { saved = store.save(make_tree(), {}); });
    CHECK(counted.largest() < kMostAtOnce);
    clear();
    const std::size_t loading = peak_extra([&] { store.load_into(saved, make_buffers()); });
    CHECK(counted.largest() < kMostAtOnce);
    CAPTURE(saving, loading);
#ifndef CKPTLITE_SANITIZED  // a sanitizer keeps freed memory
    CHECK(saving < 160ULL << 20);
    CHECK(loading < 160ULL << 20);
#endif
}

}  // namespace ckptlite::test
