// SPDX-License-Identifier: MIT
// Which chunks a store has, for the workers of a save to ask before they encode one. An answer may
// be outdated or, by a collision of half a digest, wrong: the writer looks again.
//
// Any thread may ask.
#pragma once

#include <cstdint>
#include <mutex>
#include <optional>
#include <vector>

#include "base/digest.hpp"
#include "store/reader_pool.hpp"

namespace ckptlite::detail {

class KnownChunks {
public:
    /// `staged`: the save will commit while it asks. A look-up would then wait for those commits,
    /// so all digests are fetched first: 8 bytes a chunk.
    KnownChunks(ReaderPool& readers, bool staged);

    bool operator()(const Digest& digest);

private:
    std::vector<std::uint64_t> digests_;  // their first halves, sorted
    std::mutex mutex_;
    std::optional<ReaderPool::Lease> lease_;
};

}  // namespace ckptlite::detail
