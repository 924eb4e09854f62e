// SPDX-License-Identifier: MIT
#include "codec/thread_scratch.hpp"

#include <memory>

namespace ckptlite::codec {

std::span<std::byte> thread_scratch(std::size_t size) {
    struct Scratch {
        std::unique_ptr<std::byte[]> bytes;
        std::size_t size = 0;
    };
    static thread_local Scratch scratch;
    if (scratch.size < size) {
        scratch.size = 0;
        scratch.bytes.reset();  // before the larger one is asked for
        scratch.bytes = std::make_unique_for_overwrite<std::byte[]>(size);
        scratch.size = size;
    }
    return {scratch.bytes.get(), size};
}

}  // namespace ckptlite::codec
