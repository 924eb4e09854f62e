// SPDX-License-Identifier: MIT
#include "store/load.hpp"

#include <algorithm>
#include <deque>
#include <functional>
#include <map>

#include "base/limits.hpp"
#include "ckptlite/error.hpp"
#include "ckptlite/nearest.hpp"
#include "db/transaction.hpp"
#include "store/stored_tree.hpp"
#include "tree/buffer_rules.hpp"
#include "tree/path_pattern.hpp"
#include "tree/scalar_bytes.hpp"
#include "tree/structure.hpp"

namespace ckptlite::detail {
namespace {

std::vector<std::string> paths_of(const std::vector<format::LeafRow>& leaves) {
    std::vector<std::string> paths;
    for (const format::LeafRow& leaf : leaves) paths.push_back(leaf.path);
    return paths;
}

std::optional<pytree::PathPattern> pattern_of(std::optional<std::string_view> text) {
    if (!text) return std::nullopt;
    return pytree::PathPattern(*text);
}

format::LeafRow leaf_at(const db::Connection& connection, const CheckpointInfo& checkpoint,
                        std::string_view path) {
    const format::TreeRow tree = tree_of(connection, checkpoint);
    if (auto row = db::find_leaf(connection, tree.id, path)) return *std::move(row);
    const auto paths = paths_of(db::select_leaves(connection, tree.id));
    throw NotFound("the checkpoint has no such leaf; " + nearest_text(path, paths),
                   place(connection, checkpoint, path));
}

/// Leaves to bytes, many at a time.
class Loader {
public:
    Loader(const LoadContext& context, const CheckpointInfo& checkpoint)
        : context_(context),
          checkpoint_(checkpoint),
          reader_(context.connection),
          chunks_(context, [this](const std::string& leaf, const std::function<void()>& body) {
              at_place(context_.connection, checkpoint_, leaf, body);
          }) {}

    /// A Tensor, whose bytes are there after finish(), or a Scalar.
    Tree read(const format::LeafRow& row) {
        return at_place(context_.connection, checkpoint_, row.path, [&]() -> Tree {
            LeafType type = leaf_type(row);
            // Chunks first: a size that none backs must not make us allocate.
            const auto chunks = reader_.chunks_unless_inline(row);
            const auto& memory = memory_.emplace_back(allocate_bytes(row.nbytes));
            const std::span<std::byte> bytes(memory.get(), row.nbytes);
            if (type.kind == pytree::LeafKind::tensor) {
                fill(row, chunks, bytes);
                return Tensor::adopt(type.dtype, std::move(type.shape), bytes, memory);
            }
            if (chunks.empty()) fill(row, chunks, bytes);
            for (const format::ChunkRef& chunk : chunks) {
                reader_.read_chunk(chunk, bytes.subspan(chunk.first_byte, chunk.nbytes));
            }
            return pytree::scalar_from_bytes(type.kind, bytes);
        });
    }

    /// The elements are there after finish(). The buffer, which fits the row, outlives the loader.
    void read_into(const format::LeafRow& row, const TensorBuffer& buffer) {
        at_place(context_.connection, checkpoint_, row.path, [&] {
            const auto chunks = reader_.chunks_unless_inline(row);
            if (buffer.strides.empty()) return fill(row, chunks, buffer.bytes);
            if (row.data) pytree::fill(buffer, 0, *row.data);
            add(row, chunks, [&](const format::ChunkRef& chunk, const std::string* path) {
                return ChunkJob{.chunk = chunk, .leaf = path, .strided = &buffer};
            });
        });
    }

    /// Waits for the bytes of all tensors.
    void finish() { chunks_.finish(); }

private:
    void fill(const format::LeafRow& row, const std::vector<format::ChunkRef>& chunks,
              std::span<std::byte> out) {
        if (row.data) std::copy(row.data->begin(), row.data->end(), out.begin());
        add(row, chunks, [&](const format::ChunkRef& chunk, const std::string* path) {
            return ChunkJob{chunk, out.subspan(chunk.first_byte, chunk.nbytes), path};
        });
    }
    template <typename MakeJob>
    void add(const format::LeafRow& row, const std::vector<format::ChunkRef>& chunks,
             MakeJob make_job) {
        if (chunks.empty()) return;
        const std::string& path = paths_.emplace_back(row.path);
        for (const format::ChunkRef& chunk : chunks) chunks_.add(make_job(chunk, &path));
    }

    const LoadContext& context_;
    const CheckpointInfo& checkpoint_;
    LeafReader reader_;
    std::deque<std::string> paths_;  // a deque: growing must not move what the jobs point at
    // Of the tensors: whatever is thrown, workers still write to it until chunks_ is gone.
    std::vector<std::shared_ptr<std::byte[]>> memory_;
    ChunkLoader chunks_;
};

/// The tree, or the part of it that is wanted, with leaf(row) asked for every leaf.
std::optional<Tree> from_rows(
    const db::Connection& connection, const CheckpointInfo& checkpoint, const format::TreeRow& tree,
    bool partly, const std::function<std::optional<Tree>(const format::LeafRow&)>& leaf) {
    TreeLeaves leaves(connection, tree);
    const auto read = [&](const std::string& path) -> std::optional<Tree> {
        const auto row = leaves.next();
        if (!row || row->path != path) {
            throw Corrupt("the structure names the leaf " + path + ", which has no row");
        }
        return leaf(*row);
    };
    return at_place(connection, checkpoint, "", [&] {
        auto found =
            partly ? pytree::part_from_structure(tree.structure, read)
                   : pytree::tree_from_structure(
                         tree.structure, [&](const std::string& path) { return *read(path); });
        leaves.finish();
        return found;
    });
}

/// Empty if the buffer is as the leaf needs it.
std::string misfit(const TensorBuffer& buffer, const format::LeafRow& row) {
    const LeafType type = leaf_type(row);
    if (type.kind != pytree::LeafKind::tensor) {
        return buffer.path + ": the stored leaf is no tensor, but of kind " + row.kind;
    }
    if (type.dtype != buffer.dtype || type.shape != buffer.shape) {
        return buffer.path + ": stored are " + row.dtype + " " + row.shape + ", the buffer is " +
               std::string(dtype_name(buffer.dtype)) + " " + shape_text(buffer.shape);
    }
    const std::string problem = pytree::problem_of(buffer);
    return problem.empty() ? problem : buffer.path + ": " + problem;
}

}  // namespace

Tree load_tree(const LoadContext& context, const CheckpointInfo& checkpoint,
               std::optional<std::string_view> pattern_text) {
    const auto pattern = pattern_of(pattern_text);
    const db::Connection& connection = context.connection;
    const db::ReadTransaction snapshot(connection);
    const format::TreeRow tree = tree_of(connection, checkpoint);
    Loader loader(context, checkpoint);
    const auto read = [&](const format::LeafRow& row) -> std::optional<Tree> {
        if (pattern && !pattern->matches(row.path)) return std::nullopt;
        return loader.read(row);
    };
    std::optional<Tree> loaded = from_rows(connection, checkpoint, tree, pattern.has_value(), read);
    if (!loaded) {
        throw no_leaf_matches(connection, checkpoint, *pattern_text,
                              paths_of(db::select_leaves(connection, tree.id)));
    }
    loader.finish();
    return *std::move(loaded);
}

Outline load_outline(const LoadContext& context, const CheckpointInfo& checkpoint) {
    const db::ReadTransaction snapshot(context.connection);
    const format::TreeRow tree = tree_of(context.connection, checkpoint);
    Loader loader(context, checkpoint);
    Outline outline;
    const auto read = [&](const format::LeafRow& row) -> std::optional<Tree> {
        if (row.kind != pytree::kind_name(pytree::LeafKind::tensor)) return loader.read(row);
        LeafType type = leaf_type(row);
        outline.tensors.emplace(row.path, TensorType{type.dtype, std::move(type.shape)});
        return Tensor();
    };
    outline.tree = *from_rows(context.connection, checkpoint, tree, false, read);
    return outline;
}

void require_chunks(const LoadContext& context, const CheckpointInfo& checkpoint,
                    std::span<const std::string> paths) {
    const db::Connection& connection = context.connection;
    const db::ReadTransaction snapshot(connection);
    const std::int64_t tree_id = tree_of(connection, checkpoint).id;
    LeafReader reader(connection);
    for (const std::string& path : paths) {
        at_place(connection, checkpoint, path, [&] {
            const auto row = db::find_leaf(connection, tree_id, path);
            if (!row) throw Corrupt("the structure names this leaf, which has no row");
            if (row->nbytes > limits::kInlineBytes) reader.chunks(*row);
        });
    }
}

void load_into(const LoadContext& context, const CheckpointInfo& checkpoint,
               std::span<const TensorBuffer> buffers) {
    const db::Connection& connection = context.connection;
    std::map<std::string_view, const TensorBuffer*> wanted;
    for (const TensorBuffer& buffer : buffers) {
        if (!wanted.emplace(buffer.path, &buffer).second) {
            throw InvalidArgument("two buffers are given for this leaf", {.leaf = buffer.path});
        }
    }
    const db::ReadTransaction snapshot(connection);
    const format::TreeRow tree = tree_of(connection, checkpoint);
    std::vector<std::pair<format::LeafRow, const TensorBuffer*>> found;
    std::vector<std::string> misfits;
    at_place(connection, checkpoint, "", [&] {
        TreeLeaves leaves(connection, tree);
        while (auto row = leaves.next()) {
            const auto buffer = wanted.find(row->path);
            if (buffer == wanted.end()) continue;
            std::string wrong = misfit(*buffer->second, *row);
            if (!wrong.empty()) misfits.push_back(std::move(wrong));
            found.emplace_back(*std::move(row), buffer->second);
            wanted.erase(buffer);
        }
        leaves.finish();
    });
    for (const auto& [path, buffer] : wanted) misfits.push_back(std::string(path) + ": not stored");
    if (!misfits.empty()) {
        throw TypeError("The buffers do not fit the stored checkpoint:", std::move(misfits),
                        place(connection, checkpoint));
    }
    Loader loader(context, checkpoint);
    for (const auto& [row, buffer] : found) loader.read_into(row, *buffer);
    loader.finish();
}

Tree load_leaf(const LoadContext& context, const CheckpointInfo& checkpoint,
               std::string_view path) {
    const db::Connection& connection = context.connection;
    const db::ReadTransaction snapshot(connection);
    format::LeafRow row = leaf_at(connection, checkpoint, path);
    row.data = db::leaf_data(connection, row.id);
    Loader loader(context, checkpoint);
    Tree leaf = loader.read(row);
    loader.finish();
    return leaf;
}

Tensor load_slice(const db::Connection& connection, const CheckpointInfo& checkpoint,
                  std::string_view path, std::int64_t first, std::int64_t count) {
    const db::ReadTransaction snapshot(connection);
    const format::LeafRow row = leaf_at(connection, checkpoint, path);
    return at_place(connection, checkpoint, path,
                    [&] { return LeafReader(connection).slice(row, first, count); });
}

std::vector<LeafInfo> list_leaves(const db::Connection& connection,
                                  const CheckpointInfo& checkpoint,
                                  std::optional<std::string_view> pattern_text) {
    const auto pattern = pattern_of(pattern_text);
    const db::ReadTransaction snapshot(connection);
    const auto rows = db::select_leaves(connection, tree_of(connection, checkpoint).id);
    std::vector<LeafInfo> found;
    for (const format::LeafRow& row : rows) {
        if (pattern && !pattern->matches(row.path)) continue;
        at_place(connection, checkpoint, row.path, [&] { found.push_back(leaf_info(row)); });
    }
    if (pattern && found.empty()) {
        throw no_leaf_matches(connection, checkpoint, *pattern_text, paths_of(rows));
    }
    return found;
}

}  // namespace ckptlite::detail
