// SPDX-License-Identifier: MIT
// Reads and decodes many chunks at once: the caller's thread and, for a load of some size, workers
// with a connection of their own.
//
// Workers read from snapshots of their own. That is safe because chunks never change and their ids
// never come back: another snapshot has the same bytes under an id or none. What a worker could not
// read, the caller reads again from its snapshot, which decides.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "base/worker_pool.hpp"
#include "format/rows.hpp"
#include "store/leaf_reader.hpp"
#include "store/reader_pool.hpp"

namespace ckptlite::detail {

/// Where a read happens. The connection is in the transaction that is the caller's snapshot.
struct LoadContext {
    const db::Connection& connection;
    ReaderPool& readers;
    WorkerPool& workers;
};

struct ChunkJob {
    format::ChunkRef chunk{};
    std::span<std::byte> out{};         ///< chunk.nbytes of memory that nobody else touches
    const std::string* leaf = nullptr;  ///< its path, for messages; outlives the job
};

/// Throws what LeafReader::read_chunk does, with the leaf named by `at_leaf(path, body)`. When it
/// returns or throws, no worker touches the memory any more.
void load_chunks(
    const LoadContext& context, std::span<const ChunkJob> jobs,
    const std::function<void(const std::string& leaf, const std::function<void()>& body)>& at_leaf);

}  // namespace ckptlite::detail
