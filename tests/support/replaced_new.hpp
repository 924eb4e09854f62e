// SPDX-License-Identifier: MIT
// operator new and delete of a test program that links replaced_new.cpp: each allocation, of any
// thread, is told to on_new() first, which the program defines once.
#pragma once

#include <cstddef>

namespace ckptlite::test {

/// Throws std::bad_alloc to refuse `n` bytes. Must not allocate.
void on_new(std::size_t n);

}  // namespace ckptlite::test
