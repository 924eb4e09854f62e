// SPDX-License-Identifier: MIT
// Reads and decodes many chunks: workers read the large ones straight from the file's pages, which
// stand still while the caller's snapshot is open, and decode them into place. What they cannot
// read so, the caller's thread reads through its connection.
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>

#include "base/worker_pool.hpp"
#include "ckptlite/tensor_buffer.hpp"
#include "format/rows.hpp"
#include "store/leaf_reader.hpp"

namespace ckptlite::detail {

/// Where a read happens. The connection is in the transaction that is the caller's snapshot.
struct LoadContext {
    const db::Connection& connection;
    WorkerPool& workers;
};

struct ChunkJob {
    format::ChunkRef chunk{};
    std::span<std::byte> out{};         ///< chunk.nbytes of memory that nobody else touches
    const std::string* leaf = nullptr;  ///< its path, for messages; outlives the loader
    /// With strides: it is filled instead of `out`, which is empty.
    const TensorBuffer* strided = nullptr;
};

/// Takes chunks while its owner still finds out which come next: reading begins with the first
/// ones.
class ChunkLoader {
public:
    /// Runs `body`; what it throws names the leaf.
    using AtLeaf = std::function<void(const std::string& leaf, const std::function<void()>& body)>;

    ChunkLoader(const LoadContext& context, AtLeaf at_leaf);
    /// No worker touches the memory of a job any more.
    ~ChunkLoader();
    ChunkLoader(const ChunkLoader&) = delete;
    ChunkLoader& operator=(const ChunkLoader&) = delete;

    /// Both throw what LeafReader::read_chunk does, of any chunk so far.
    void add(const ChunkJob& job);
    /// All bytes are there when it returns.
    void finish();

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace ckptlite::detail
