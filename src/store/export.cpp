// SPDX-License-Identifier: MIT
#include "ckptlite/export.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "ckptlite/nearest.hpp"
#include "db/backup.hpp"
#include "db/new_file.hpp"
#include "db/store_file.hpp"
#include "interchange/export_plan.hpp"
#include "interchange/npz_file.hpp"
#include "interchange/read_file.hpp"
#include "interchange/widen.hpp"
#include "store/leaf_stream.hpp"
#include "store/store_impl.hpp"
#include "store/stored_tree.hpp"
#include "tree/path.hpp"
#include "tree/scalar_bytes.hpp"
#include "tree/structure.hpp"

namespace ckptlite {
namespace detail {
namespace {

using interchange::PlannedTensor;

/// The rows of a stored tree, and what of it is known without its tensors.
class ExportSource {
public:
    ExportSource(const LoadContext& context, const CheckpointInfo& checkpoint)
        : context_(context), checkpoint_(checkpoint) {}

    /// What is below `root`, with paths from there.
    interchange::StoredTree read(const std::string& root) {
        const db::Connection& connection = context_.connection;
        const format::TreeRow tree = tree_of(connection, checkpoint_);
        TreeLeaves leaves(connection, tree);
        Tree whole = pytree::tree_from_structure(tree.structure, [&](const std::string& path) {
            auto row = leaves.next();
            if (!row || row->path != path) {
                throw Corrupt("the leaves are not those of the structure",
                              place(connection, checkpoint_, path));
            }
            return add(std::move(*row));
        });
        at_place(connection, checkpoint_, "", [&] { leaves.finish(); });
        interchange::StoredTree below{.tree = at(whole, root), .tensors = {}};
        for (const auto& [path, row] : rows_) {
            if (!is_below(path, root) || row.kind != "tensor") continue;
            LeafType type = leaf_type(row);
            below.tensors.emplace(path.substr(root.size()),
                                  interchange::TensorType{type.dtype, std::move(type.shape)});
        }
        return below;
    }

    const format::LeafRow& row(const std::string& path) const { return rows_.at(path); }

private:
    static bool is_below(std::string_view path, std::string_view root) {
        return path.starts_with(root) && (path.size() == root.size() || path[root.size()] == '/');
    }

    const Tree& at(const Tree& tree, const std::string& root) const {
        try {
            return tree.at(root);
        } catch (const NotFound& error) {
            throw NotFound(error.message(), place(context_.connection, checkpoint_, root));
        }
    }

    /// A scalar with its value, a tensor without.
    Tree add(format::LeafRow row) {
        return at_place(context_.connection, checkpoint_, row.path, [&]() -> Tree {
            const LeafType type = leaf_type(row);
            if (type.kind == pytree::LeafKind::tensor) {
                row.data.reset();
                rows_.emplace(row.path, row);
                return Tensor();
            }
            LeafReader reader(context_.connection);
            const auto chunks = reader.chunks_unless_inline(row);
            Bytes bytes = row.data ? *row.data : Bytes(row.nbytes);
            for (const format::ChunkRef& chunk : chunks) {
                reader.read_chunk(chunk, std::span(bytes).subspan(chunk.first_byte, chunk.nbytes));
            }
            return pytree::scalar_from_bytes(type.kind, bytes);
        });
    }

    const LoadContext& context_;
    const CheckpointInfo& checkpoint_;
    std::map<std::string, format::LeafRow> rows_;
};

/// The bytes of planned tensors, from the plan or from the store.
class PlannedBytes {
public:
    PlannedBytes(const interchange::ExportPlan& plan, LeafStream& stream,
                 std::vector<std::size_t> places)
        : plan_(plan), stream_(stream), places_(std::move(places)) {}

    /// As NextBytes. `stored` gets the number of stored bytes.
    std::optional<ByteView> next(std::size_t tensor, std::uint64_t& stored) {
        if (tensor != tensor_) begin(tensor);
        const PlannedTensor& planned = plan_.tensors[tensor];
        if (planned.value) {
            if (std::exchange(value_given_, true)) return std::nullopt;
            return widener_.widen(*planned.value);
        }
        if (!part_) part_ = stream_.next();
        if (!part_ || places_[part_->leaf] != tensor) return std::nullopt;
        const ByteView bytes = std::exchange(part_, std::nullopt)->bytes;
        stored += bytes.size();
        return widener_.widen(bytes);
    }

private:
    void begin(std::size_t tensor) {
        tensor_ = tensor;
        value_given_ = false;
        const PlannedTensor& planned = plan_.tensors[tensor];
        widener_ = interchange::Widener(planned.stored, planned.dtype);
    }

    const interchange::ExportPlan& plan_;
    LeafStream& stream_;
    const std::vector<std::size_t> places_;  // in the plan, by the number in the stream
    std::optional<LeafStream::Part> part_;   // not given yet
    std::optional<std::size_t> tensor_;
    bool value_given_ = false;
    interchange::Widener widener_{DType::uint8, DType::uint8};
};

class Exporter {
public:
    Exporter(const LoadContext& context, const CheckpointInfo& checkpoint,
             const ExportOptions& options)
        : context_(context),
          checkpoint_(checkpoint),
          options_(options),
          source_(context, checkpoint) {}

    void plan(FileFormat format) {
        const interchange::PlanOptions options{
            .separator = options_.separator.value_or(interchange::default_separator(format)),
            .convert = options_.convert,
            .where = place(context_.connection, checkpoint_, options_.root)};
        plan_ = interchange::plan_export(format, source_.read(options_.root), options);
    }

    /// Returns the size of the file.
    std::uint64_t write(FileFormat format, const std::string& file) {
        std::vector<const format::LeafRow*> rows;
        std::vector<std::size_t> places;
        std::uint64_t total = 0;
        for (std::size_t i = 0; i < plan_.tensors.size(); ++i) {
            if (plan_.tensors[i].value) continue;
            rows.push_back(&source_.row(options_.root + plan_.tensors[i].path));
            places.push_back(i);
            total += rows.back()->nbytes;
        }
        LeafStream stream(context_, checkpoint_, std::move(rows));
        PlannedBytes bytes(plan_, stream, std::move(places));
        std::uint64_t done = 0;
        const auto next = [&](std::size_t tensor) {
            if (options_.on_progress) options_.on_progress({done, total});
            return bytes.next(tensor, done);
        };
        const std::uint64_t size =
            format == FileFormat::npz ? interchange::write_npz(plan_, file, next, options_.compress)
                                      : interchange::write_plan(plan_, file, next);
        if (options_.on_progress) options_.on_progress({total, total});
        return size;
    }

    ExportReport report() const {
        return {
            .checkpoint = checkpoint_, .tensors = plan_.tensors.size(), .changes = plan_.changes};
    }

private:
    const LoadContext& context_;
    const CheckpointInfo& checkpoint_;
    const ExportOptions& options_;
    ExportSource source_;
    interchange::ExportPlan plan_;
};

}  // namespace
}  // namespace detail

ExportReport export_checkpoint(const Store& store, const CheckpointInfo& checkpoint,
                               const std::filesystem::path& out, const ExportOptions& options) {
    auto& of = detail::StoreAccess::impl(store);
    const FileFormat format = interchange::require_format(options.format, out);
    const auto file = db::resolve_new_file(out);
    const auto lease = of.readers.lease();
    const db::ReadTransaction snapshot(*lease);
    const detail::LoadContext context{*lease, of.workers};
    detail::Exporter exporter(context, checkpoint, options);
    exporter.plan(format);
    db::NewFile made(file);
    ExportReport report = exporter.report();
    report.format = format;
    report.nbytes = exporter.write(format, made.temporary());
    db::copy_permissions(of.file, made.temporary());
    if (!made.publish()) db::refuse_to_replace(file);
    return report;
}

}  // namespace ckptlite
