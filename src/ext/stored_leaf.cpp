// SPDX-License-Identifier: MIT
#include "ext/stored_leaf.hpp"

#include <algorithm>

#include "base/edit_distance.hpp"
#include "base/limits.hpp"
#include "ckptlite/error.hpp"
#include "ext/leaf_sql.hpp"
#include "format/chunk_rules.hpp"

namespace ckptlite::ext {
namespace {

constexpr std::size_t kLongestCompared = 200;
static_assert(limits::kInlineBytes == 65'536, "the number stands in leaf_sql.hpp, too");

/// "; the nearest path is /w", or nothing.
std::string nearest_path(sqlite3* db, std::int64_t checkpoint, const std::string& wanted) {
    if (wanted.size() > kLongestCompared) return {};
    HostStatement row(db, sql::kSomePaths);
    row.bind(1, checkpoint);
    std::optional<std::string> nearest;
    std::size_t least = 0;
    while (row.step()) {
        const std::string_view path = row.text(0);
        const std::size_t distance = edit_distance(path, wanted);
        if (nearest && distance >= least) continue;
        least = distance;
        nearest = path;
    }
    return nearest ? "; the nearest path is '" + *nearest + "'" : "";
}

[[noreturn]] void throw_not_found(sqlite3* db, const LeafRef& ref) {
    const std::string id = std::to_string(ref.id);
    if (!ref.path) throw NotFound("there is no leaf " + id);
    HostStatement checkpoint(db, sql::kCheckpoint);
    if (!checkpoint.bind(1, ref.id).step()) throw NotFound("there is no checkpoint " + id);
    throw NotFound("checkpoint " + id + " has no leaf '" + *ref.path + "'" +
                   nearest_path(db, ref.id, *ref.path));
}

}  // namespace

template <typename Read>
auto StoredLeaf::naming_leaf(Read read) const {
    try {
        return read();
    } catch (const Corrupt& error) {
        throw Corrupt("leaf " + std::to_string(leaf_.id) + ": " + error.message());
    }
}

StoredLeaf::StoredLeaf(sqlite3* db, const LeafRef& ref)
    : db_(db),
      row_(db, ref.path ? sql::kLeafByPath : sql::kLeafById),
      chunk_data_(db, sql::kChunkData) {
    row_.bind(1, ref.id);
    if (ref.path) row_.bind(2, *ref.path);
    if (!row_.step()) throw_not_found(db, ref);
    leaf_.id = row_.integer(0);
    naming_leaf([this] { read_row(); });
}

void StoredLeaf::read_row() {
    leaf_.path = row_.text(1);
    leaf_.kind = row_.text(2);
    leaf_.dtype = row_.text(3);
    leaf_.shape = row_.text(4);
    leaf_.nbytes = row_.size(5);
    leaf_.digest = row_.digest(6);
    type_ = format::leaf_type(leaf_);
    dtype_ = type_.kind == pytree::LeafKind::tensor ? std::optional(type_.dtype)
                                                    : pytree::scalar_dtype(type_.kind);
    if (type_.kind != pytree::LeafKind::tensor && dtype_ && leaf_.nbytes != itemsize(*dtype_)) {
        throw Corrupt("a leaf of kind " + leaf_.kind + " has " + std::to_string(leaf_.nbytes) +
                      " bytes");
    }
    if (row_.is_null(7)) return;
    if (row_.is_null(8)) {
        throw Corrupt("its row holds " + std::to_string(row_.size(7)) +
                      " bytes, more than the format allows");
    }
    const ByteView bytes = row_.blob(8);
    leaf_.data.emplace(bytes.begin(), bytes.end());
}

void StoredLeaf::list_chunks() {
    if (listed_) return;
    format::check_inline_data(leaf_, leaf_.data);
    if (!leaf_.data) {
        HostStatement row(db_, sql::kChunksOfLeaf);
        row.bind(1, leaf_.id);
        while (row.step()) {
            chunks_.push_back(format::checked_chunk({.chunk_id = row.integer(0),
                                                     .first_byte = row.size(1),
                                                     .nbytes = row.size(2),
                                                     .stored_nbytes = row.size(3),
                                                     .digest = row.digest(5)},
                                                    row.text(4)));
        }
        format::check_chunks(leaf_, chunks_);
    }
    format::check_leaf_digest(leaf_, chunks_);
    listed_ = true;
}

std::size_t StoredLeaf::chunk_at(std::uint64_t byte) const {
    const auto after = std::upper_bound(
        chunks_.begin(), chunks_.end(), byte,
        [](std::uint64_t at, const format::ChunkRef& chunk) { return at < chunk.first_byte; });
    return static_cast<std::size_t>(after - chunks_.begin()) - 1;
}

ByteView StoredLeaf::decoded(std::size_t index) {
    if (decoded_index_ == index) return decoded_;
    decoded_index_.reset();
    const format::ChunkRef& chunk = chunks_[index];
    decoded_.resize(chunk.nbytes);
    chunk_data_.reset();
    const bool found = chunk_data_.bind(1, chunk.chunk_id).step();
    const ByteView stored = found ? chunk_data_.blob(0) : ByteView();
    if (stored.size() != chunk.stored_nbytes) {
        throw Corrupt("chunk " + std::to_string(chunk.chunk_id) + " is gone or cut short");
    }
    const format::StoredChunk read{chunk, stored, decoded_};
    format::decode_chunks(std::span(&read, 1));
    chunk_data_.reset();  // or SQLite would keep what is stored in memory, too
    decoded_index_ = index;
    return decoded_;
}

ByteView StoredLeaf::split_element(std::uint64_t first_byte) {
    const std::size_t n = itemsize(dtype());
    for (std::size_t i = 0; i < n; ++i) {
        const std::size_t index = chunk_at(first_byte + i);
        split_[i] = decoded(index)[first_byte + i - chunks_[index].first_byte];
    }
    return ByteView(split_).first(n);
}

ByteView StoredLeaf::elements_from(std::uint64_t first) {
    return naming_leaf([&]() -> ByteView {
        list_chunks();
        const std::size_t item = itemsize(dtype());
        const std::uint64_t at = first * item;
        if (leaf_.data) return ByteView(*leaf_.data).subspan(at);
        const std::size_t index = chunk_at(at);
        const ByteView rest = decoded(index).subspan(at - chunks_[index].first_byte);
        if (rest.size() < item) return split_element(at);
        return rest.first(rest.size() / item * item);
    });
}

}  // namespace ckptlite::ext
