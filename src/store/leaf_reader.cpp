// SPDX-License-Identifier: MIT
#include "store/leaf_reader.hpp"

#include <algorithm>

#include "ckptlite/error.hpp"

namespace ckptlite::detail {
namespace {

void check_rows(const Shape& shape, std::int64_t first, std::int64_t count) {
    if (shape.empty()) throw InvalidArgument("a 0-d tensor has no rows to slice");
    const std::int64_t rows = shape.front();
    if (first < 0 || count < 0 || first > rows || count > rows - first) {
        throw InvalidArgument("rows " + std::to_string(first) + " to " + std::to_string(first) +
                              " + " + std::to_string(count) + " are outside the " +
                              std::to_string(rows) + " rows of the tensor");
    }
}

}  // namespace

std::vector<format::ChunkRef> LeafReader::chunks(const format::LeafRow& row) {
    auto chunks = db::chunks_of_leaf(connection_, row.id);
    format::check_chunks(row, chunks);
    return chunks;
}

std::optional<std::vector<std::byte>> LeafReader::inline_data(const format::LeafRow& row) {
    auto data = db::leaf_data(connection_, row.id);
    format::check_inline_data(row, data);
    return data;
}

std::vector<format::ChunkRef> LeafReader::chunks_unless_inline(const format::LeafRow& row) {
    format::check_inline_data(row, row.data);
    std::vector<format::ChunkRef> found;
    if (!row.data) found = chunks(row);
    format::check_leaf_digest(row, found);
    return found;
}

std::span<std::byte> LeafReader::room_for(const format::ChunkRef& chunk) {
    if (capacity_ < chunk.stored_nbytes) {
        stored_ = std::make_unique_for_overwrite<std::byte[]>(chunk.stored_nbytes);
        capacity_ = chunk.stored_nbytes;
    }
    return {stored_.get(), chunk.stored_nbytes};
}

void LeafReader::read_chunk(const format::ChunkRef& chunk, std::span<std::byte> out) {
    const std::span<std::byte> stored = stored_as_is(chunk) ? out : room_for(chunk);
    blob_.read(chunk.chunk_id, stored);
    const StoredChunk read{chunk, stored, out};
    decode_chunks(std::span(&read, 1));
}

ByteView LeafReader::read_stored(const format::ChunkRef& chunk) {
    const std::span<std::byte> stored = room_for(chunk);
    blob_.read(chunk.chunk_id, stored);
    return stored;
}

Tensor LeafReader::slice(const format::LeafRow& row, std::int64_t first, std::int64_t count) {
    LeafType type = leaf_type(row);
    if (type.kind != pytree::LeafKind::tensor) {
        throw InvalidArgument("a leaf of kind " + row.kind + " has no rows to slice");
    }
    check_rows(type.shape, first, count);
    const std::int64_t rows = type.shape.front();
    const std::uint64_t row_bytes = rows == 0 ? 0 : row.nbytes / static_cast<std::uint64_t>(rows);
    const std::uint64_t begin = static_cast<std::uint64_t>(first) * row_bytes;
    const std::uint64_t end = begin + static_cast<std::uint64_t>(count) * row_bytes;
    type.shape.front() = count;
    if (const auto data = inline_data(row)) {
        return Tensor::copy(type.dtype, std::move(type.shape),
                            ByteView(*data).subspan(begin, end - begin));
    }
    const auto stored = chunks(row);
    const auto memory = allocate_bytes(end - begin);
    std::vector<std::byte> decoded;
    for (const format::ChunkRef& chunk : stored) {
        const std::uint64_t from = std::max(begin, chunk.first_byte);
        const std::uint64_t to = std::min(end, chunk.first_byte + chunk.nbytes);
        if (from >= to) continue;
        decoded.resize(chunk.nbytes);
        read_chunk(chunk, decoded);
        std::copy_n(decoded.data() + (from - chunk.first_byte), to - from,
                    memory.get() + (from - begin));
    }
    return Tensor::adopt(type.dtype, std::move(type.shape), {memory.get(), end - begin}, memory);
}

}  // namespace ckptlite::detail
