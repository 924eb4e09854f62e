// SPDX-License-Identifier: MIT
#include "format/chunk_rules.hpp"

#include <string>

#include "base/limits.hpp"

namespace ckptlite::format {

ChunkRef checked_chunk(ChunkRef chunk, std::string_view codec, const ErrorContext& where) {
    const std::string name = "chunk " + std::to_string(chunk.chunk_id);
    const auto known = codec::parse_codec(codec);
    if (!known) throw Corrupt(name + " has the unknown codec '" + std::string(codec) + "'", where);
    chunk.codec = *known;
    // No encoding grows: the writer falls back to raw.
    if (chunk.nbytes > limits::kChunkBytes || chunk.stored_nbytes > chunk.nbytes) {
        throw Corrupt(name + " declares a size that the format does not allow", where);
    }
    return chunk;
}

void check_chunks(const LeafRow& leaf, std::span<const ChunkRef> chunks) {
    std::uint64_t at = 0;
    for (const ChunkRef& chunk : chunks) {
        if (chunk.first_byte != at || chunk.nbytes == 0) {
            throw Corrupt("its chunks leave a gap or overlap at byte " + std::to_string(at));
        }
        at += chunk.nbytes;
    }
    if (at != leaf.nbytes) {
        throw Corrupt("its chunks hold " + std::to_string(at) + " of " +
                      std::to_string(leaf.nbytes) + " bytes");
    }
}

void check_inline_data(const LeafRow& leaf, const std::optional<std::vector<std::byte>>& data) {
    if (!data || data->size() == leaf.nbytes) return;
    throw Corrupt("its row holds " + std::to_string(data->size()) + " of " +
                  std::to_string(leaf.nbytes) + " bytes");
}

void check_leaf_digest(const LeafRow& leaf, std::span<const ChunkRef> chunks) {
    LeafDigester digester(leaf);
    if (leaf.data) {
        digester.add_inline(*leaf.data);
    } else {
        for (const ChunkRef& chunk : chunks) digester.add_chunk(chunk.digest);
    }
    if (digester.finish() != leaf.digest) {
        throw Corrupt("the leaf is damaged: its digest does not match");
    }
}

void decode_chunks(std::span<const StoredChunk> chunks) {
    std::vector<codec::DecodeJob> jobs;
    for (const auto& [chunk, stored, out] : chunks) {
        if (stored.data() != out.data()) jobs.push_back({chunk.codec, stored, out});
    }
    codec::decode(jobs);
    for (const auto& [chunk, stored, out] : chunks) {
        if (digest_of(out) == chunk.digest) continue;
        throw Corrupt("chunk " + std::to_string(chunk.chunk_id) +
                      " is damaged: its digest does not match");
    }
}

}  // namespace ckptlite::format
