// SPDX-License-Identifier: MIT
// The leaves of a tree as the save pipeline sees them: a row to be filled and the bytes to store.
// They borrow the tree's memory; the tree must outlive them.
#pragma once

#include <deque>
#include <optional>
#include <vector>

#include "base/bytes.hpp"
#include "ckptlite/tree.hpp"
#include "codec/chunk_codec.hpp"
#include "format/rows.hpp"

namespace ckptlite::detail {

struct LeafSource {
    format::LeafRow row{};            ///< path, kind, dtype, shape and nbytes are set
    ByteView bytes{};                 ///< none if they have to be gathered
    const Tensor* strided = nullptr;  ///< from this tensor
    std::optional<DType> elements{};  ///< what statistics take the bytes for; nothing: none
    codec::ElementLayout layout{};

    /// Copies bytes from `first_byte` on.
    void copy_to(std::span<std::byte> out, std::uint64_t first_byte) const;
};

class LeafSources {
public:
    /// Throws InvalidArgument for a tree the format cannot hold.
    explicit LeafSources(const Tree& tree);

    const std::vector<LeafSource>& all() const noexcept { return sources_; }
    /// Of all leaves together.
    std::uint64_t nbytes() const noexcept { return nbytes_; }

private:
    void add(const std::string& path, const Tree& leaf);

    std::deque<Bytes> scalars_;  // a deque: growing must not move what the views point at
    std::vector<LeafSource> sources_;
    std::uint64_t nbytes_ = 0;
};

}  // namespace ckptlite::detail
