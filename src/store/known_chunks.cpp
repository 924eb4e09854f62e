// SPDX-License-Identifier: MIT
#include "store/known_chunks.hpp"

#include <algorithm>

#include "ckptlite/error.hpp"
#include "db/tables.hpp"

namespace ckptlite::detail {
namespace {

std::uint64_t half_of(const Digest& digest) noexcept {
    return load_le<std::uint64_t>(digest.data());
}

}  // namespace

KnownChunks::KnownChunks(ReaderPool& readers, bool staged) {
    if (!staged) {
        lease_.emplace(readers.lease());
        return;
    }
    try {
        const auto lease = readers.lease();
        db::for_each_chunk_digest(
            *lease, [this](const Digest& digest) { digests_.push_back(half_of(digest)); });
    } catch (const Busy&) {
        digests_.clear();  // encoding everything is better than failing the save
    }
    std::ranges::sort(digests_);
}

bool KnownChunks::operator()(const Digest& digest) {
    if (!lease_) return std::ranges::binary_search(digests_, half_of(digest));
    const std::scoped_lock lock(mutex_);
    try {
        return db::find_chunk(**lease_, digest).has_value();
    } catch (const Busy&) {
        return false;
    }
}

}  // namespace ckptlite::detail
