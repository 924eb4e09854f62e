// SPDX-License-Identifier: MIT
// One leaf of the file behind the host's connection, chunk by chunk: whatever its size, one decoded
// chunk is in memory. What the library checks before it returns a value is checked here, too.
//
// Belongs to one call or cursor, on the connection's thread. While it lives, it keeps the host's
// snapshot of the file. Functions throw Error that names the leaf, HostError or std::bad_alloc.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "ext/host_statement.hpp"
#include "format/leaf_type.hpp"

namespace ckptlite::ext {

/// Which leaf: by its id, or by a path in a checkpoint.
struct LeafRef {
    std::int64_t id = 0;  ///< the leaf's, or with a path the checkpoint's
    std::optional<std::string> path{};
};

class StoredLeaf {
public:
    /// Throws NotFound, with the nearest path that there is, and Corrupt.
    StoredLeaf(sqlite3* db, const LeafRef& ref);

    std::int64_t id() const noexcept { return leaf_.id; }
    /// False for a string or bytes, of which nothing below may be asked.
    bool has_elements() const noexcept { return dtype_.has_value(); }
    /// A plain number is like a tensor without axes.
    DType dtype() const { return dtype_.value(); }
    const Shape& shape() const noexcept { return type_.shape; }
    std::uint64_t size() const { return leaf_.nbytes / itemsize(dtype()); }

    /// Whole elements from this one on, at least one, at most a chunk; valid until the next call.
    /// `first` is below size().
    ByteView elements_from(std::uint64_t first);

private:
    template <typename Read>
    auto naming_leaf(Read read) const;
    void read_row();
    void list_chunks();
    std::size_t chunk_at(std::uint64_t byte) const;
    ByteView decoded(std::size_t index);
    ByteView split_element(std::uint64_t first_byte);

    sqlite3* db_;
    HostStatement row_;  // stays at its row: that keeps the snapshot
    HostStatement chunk_data_;
    format::LeafRow leaf_{};
    format::LeafType type_{};
    std::optional<DType> dtype_{};
    bool listed_ = false;
    std::vector<format::ChunkRef> chunks_{};
    std::optional<std::size_t> decoded_index_{};
    std::vector<std::byte> decoded_{};
    std::array<std::byte, 16> split_{};  // an element that lies in two chunks
};

}  // namespace ckptlite::ext
