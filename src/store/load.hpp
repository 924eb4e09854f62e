// SPDX-License-Identifier: MIT
// Reading checkpoints back: whole trees, parts of them, single leaves. Each call reads from one
// snapshot of the file, which it takes on the context's connection and the caller's thread.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "ckptlite/restore_plan.hpp"
#include "ckptlite/store.hpp"
#include "ckptlite/tensor_buffer.hpp"
#include "store/chunk_loader.hpp"

namespace ckptlite::detail {

/// All leaves, or those that match the pattern. Throws NotFound, Corrupt.
Tree load_tree(const LoadContext& context, const CheckpointInfo& checkpoint,
               std::optional<std::string_view> pattern);
/// A tree whose tensors are not read; `tensors` says what they are. Its scalars are there.
struct Outline {
    Tree tree;  ///< with an empty tensor in the place of each
    TensorTypes tensors;
};
Outline load_outline(const LoadContext& context, const CheckpointInfo& checkpoint);
/// Throws Corrupt unless the file has all chunks of these leaves. To be asked before memory is made
/// for a leaf whose size the file alone says.
void require_chunks(const LoadContext& context, const CheckpointInfo& checkpoint,
                    std::span<const std::string> paths);
/// Fills the buffers. Throws TypeError with every way in which they do not fit, before the first
/// byte is written.
void load_into(const LoadContext& context, const CheckpointInfo& checkpoint,
               std::span<const TensorBuffer> buffers);
Tree load_leaf(const LoadContext& context, const CheckpointInfo& checkpoint, std::string_view path);
Tensor load_slice(const db::Connection& connection, const CheckpointInfo& checkpoint,
                  std::string_view path, std::int64_t first, std::int64_t count);
/// All leaves, or those that match the pattern.
std::vector<LeafInfo> list_leaves(const db::Connection& connection,
                                  const CheckpointInfo& checkpoint,
                                  std::optional<std::string_view> pattern);

/// Store::verify.
VerifyReport verify_store(const db::Connection& connection, bool full,
                          const OnProgress& on_progress);

}  // namespace ckptlite::detail
