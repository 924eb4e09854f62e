// SPDX-License-Identifier: MIT
// Working memory of the codec: one piece for each thread, used again from chunk to chunk, because
// fresh memory costs the kernel's zeroing of its pages each time. It is as large as the largest
// chunk, or chunks decoded together, that the thread has met, and is given back when it ends.
#pragma once

#include <cstddef>
#include <span>

namespace ckptlite::codec {

/// `size` bytes that hold anything. The next call on the same thread gives the same bytes again:
/// for one chunk at a time, and never kept.
std::span<std::byte> thread_scratch(std::size_t size);

}  // namespace ckptlite::codec
