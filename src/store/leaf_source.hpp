// SPDX-License-Identifier: MIT
// The leaves of a tree as the save pipeline sees them: a row to be filled and the bytes to store.
// They borrow the memory of the tree, or of what was found in a file; it must outlive them.
#pragma once

#include <deque>
#include <optional>
#include <vector>

#include "base/bytes.hpp"
#include "ckptlite/tree.hpp"
#include "codec/chunk_codec.hpp"
#include "format/rows.hpp"
#include "interchange/file_tree.hpp"

namespace ckptlite::detail {

struct LeafSource {
    format::LeafRow row{};  ///< path, kind, dtype, shape and nbytes are set
    ByteView bytes{};       ///< empty if they have to be read
    /// Fills memory with the bytes from a place on; empty if they are in `bytes`. Called by
    /// workers, or front to back by the caller's thread if `read_in_order`.
    interchange::ReadAt read{};
    bool read_in_order = false;
    std::optional<DType> elements{};  ///< what statistics take the bytes for; nothing: none
    codec::ElementLayout layout{};
};

class LeafSources {
public:
    /// Throws InvalidArgument for a tree the format cannot hold.
    explicit LeafSources(const Tree& tree);
    /// Tensors are read from their file when their turn comes.
    explicit LeafSources(const interchange::FileTree& found);

    const std::vector<LeafSource>& all() const noexcept { return sources_; }
    /// Of all leaves together.
    std::uint64_t nbytes() const noexcept { return nbytes_; }

private:
    void add(const std::string& path, const Tree& leaf, const interchange::FileTensor* in_file);
    static void set_tensor(LeafSource& source, DType dtype, const Shape& shape);

    std::deque<Bytes> scalars_;  // a deque: growing must not move what the views point at
    std::vector<LeafSource> sources_;
    std::uint64_t nbytes_ = 0;
};

}  // namespace ckptlite::detail
