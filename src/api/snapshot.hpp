// SPDX-License-Identifier: MIT
// A copy of a tree that is safe from what its owner does next. Borrowed tensors are copied into one
// buffer, which is kept for the next copy: memory that is mapped already is filled several times
// faster. Tensors that own their bytes are shared.
// One thread at a time.
#pragma once

#include <cstddef>
#include <memory>

#include "ckptlite/tree.hpp"

namespace ckptlite::detail {

class Snapshot {
public:
    /// Replaces the copy taken before. Throws what for_each_leaf does, and std::bad_alloc.
    void take(const Tree& tree);
    /// Tensors that were borrowed borrow from this Snapshot now.
    const Tree& tree() const noexcept { return tree_; }
    /// Drops the copy, keeps the buffer.
    void clear() { tree_ = None(); }

private:
    void reserve(std::size_t nbytes);

    std::shared_ptr<std::byte[]> buffer_;
    std::size_t capacity_ = 0;
    Tree tree_;
};

}  // namespace ckptlite::detail
