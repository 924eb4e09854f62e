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

/// How often and in which order the bytes of a leaf can be read.
enum class Reading {
    again,     ///< by any thread, as often as needed: memory that nobody changes
    once,      ///< by any thread, and then not again: a file, which may change
    in_order,  ///< once, front to back, after those of the leaves before it
};

struct LeafSource {
    format::LeafRow row{};  ///< path, kind, dtype, shape and nbytes are set
    ByteView bytes{};       ///< none if they have to be read
    /// Fills memory with the bytes from a place on; empty if they are in `bytes`.
    interchange::ReadAt read{};
    Reading reading = Reading::again;
    std::optional<DType> elements{};  ///< what statistics take the bytes for; nothing: none
    codec::ElementLayout layout{};

    /// Copies bytes from `first_byte` on.
    void copy_to(std::span<std::byte> out, std::uint64_t first_byte) const;
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
