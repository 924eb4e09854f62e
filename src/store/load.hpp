// SPDX-License-Identifier: MIT
// Reading checkpoints back: whole trees, parts of them, single leaves. Each call reads from one
// snapshot of the file, on the connection's thread.
#pragma once

#include <optional>
#include <string_view>

#include "ckptlite/store.hpp"
#include "db/connection.hpp"

namespace ckptlite::detail {

/// All leaves, or those that match the pattern. Throws NotFound, Corrupt.
Tree load_tree(const db::Connection& connection, const CheckpointInfo& checkpoint,
               std::optional<std::string_view> pattern);
Tree load_leaf(const db::Connection& connection, const CheckpointInfo& checkpoint,
               std::string_view path);
Tensor load_slice(const db::Connection& connection, const CheckpointInfo& checkpoint,
                  std::string_view path, std::int64_t first, std::int64_t count);
std::vector<LeafInfo> list_leaves(const db::Connection& connection,
                                  const CheckpointInfo& checkpoint);

/// Store::verify.
VerifyReport verify_store(const db::Connection& connection, bool full);

}  // namespace ckptlite::detail
