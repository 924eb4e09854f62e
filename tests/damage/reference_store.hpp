// SPDX-License-Identifier: MIT
// A store of about 300 KiB with everything in it that a store can have: every kind of page of an
// SQLite file, every codec, inline leaves, shared chunks, a leaf cut in pieces, several runs,
// series, metrics with NaN and infinities, notes, pins. A function of its arguments, but for times
// and uuids.
#pragma once

#include <filesystem>
#include <map>
#include <string>

namespace ckptlite::test {

struct ReferenceStoreOptions {
    int page_size = 1024;
    /// Logged values; they make most of the small store's pages.
    int n_logged = 500;
    /// Rows of the tensors, of 64 bytes each.
    std::size_t rows = 640;
    bool wal = false;
};

void make_reference_store(const std::filesystem::path& file,
                          const ReferenceStoreOptions& options = {});

/// How many pages of each kind the file has, from its pointer map and the pages' first bytes:
/// "table leaf", "index interior", "overflow", "free", "pointer map", ...
std::map<std::string, int> pages_by_kind(const std::filesystem::path& file);

}  // namespace ckptlite::test
