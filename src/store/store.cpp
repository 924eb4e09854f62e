// SPDX-License-Identifier: MIT
#include "ckptlite/store.hpp"

#include "db/store_file.hpp"
#include "db/store_schema.hpp"
#include "db/tables.hpp"
#include "db/transaction.hpp"
#include "format/metrics_json.hpp"
#include "store/selection.hpp"
#include "store/store_impl.hpp"

namespace ckptlite {
namespace {

namespace fs = std::filesystem;

fs::path prepare_file(const fs::path& file, const StoreOptions& options) {
    if (options.trust == Trust::untrusted && options.mode != OpenMode::read_only) {
        throw InvalidArgument("an untrusted file can only be opened read-only",
                              {.file = file.string()});
    }
    const bool create = options.mode == OpenMode::create;
    if (create) {
        std::error_code ignored;  // resolve_file says what is wrong with the folder
        const fs::path absolute = fs::absolute(file, ignored);
        if (!ignored) fs::create_directories(absolute.parent_path(), ignored);
    }
    const fs::path resolved = db::resolve_file(file, options.follow_symlinks, create);
    if (create && !fs::exists(resolved)) {
        db::create_file(resolved, options.journal == JournalMode::wal);
    }
    return resolved;
}

codec::Codec codec_of(Compression compression) noexcept {
    switch (compression) {
        case Compression::zlib:
            return codec::Codec::zlib;
        case Compression::none:
            return codec::Codec::raw;
        default:
            return codec::Codec::planes;
    }
}

db::Access reader_access(const StoreOptions& options) noexcept {
    if (options.trust == Trust::untrusted) return db::Access::untrusted;
    return options.mode == OpenMode::read_only ? db::Access::read_only : db::Access::query_only;
}

void set_journal(const db::Connection& writer, JournalMode journal) {
    if (journal == JournalMode::keep) return;
    const bool wal = journal == JournalMode::wal;
    const std::string now =
        writer.pragma_text(wal ? "PRAGMA journal_mode = WAL" : "PRAGMA journal_mode = DELETE");
    if (now != (wal ? "wal" : "delete")) {
        throw IoError("the journal mode could not be changed, it is still '" + now + "'",
                      {.file = writer.file()});
    }
}

}  // namespace

Store::Impl::Impl(const fs::path& path, const StoreOptions& asked)
    : options(asked),
      file(prepare_file(path, asked)),
      readers(file.string(), reader_access(options), options.read_timeout) {
    if (options.trust == Trust::untrusted) {
        db::refuse_journals(file);
        db::check_untrusted_store(*readers.lease());
        return;
    }
    if (options.mode == OpenMode::read_only) {
        db::check_store(*readers.lease(), false);
        return;
    }
    writer = std::make_unique<db::Connection>(file.string(), db::Access::read_write,
                                              options.write_timeout);
    db::check_store(*writer, true);
    db::upgrade_store(*writer);
    set_journal(*writer, options.journal);
}

Store::Store(const fs::path& file, StoreOptions options)
    : impl_(std::make_unique<Impl>(file, options)) {}

Store::~Store() {
    if (!impl_) return;
    if (impl_->owner != ::getpid()) {
        // A child after fork(): closing would touch the parent's file and its locks, and the
        // threads of the pool and the log do not exist here.
        impl_->abandon();
        static_cast<void>(impl_.release());
        return;
    }
    try {
        close();
    } catch (const std::exception&) {
        // A destructor cannot say so; close() can.
    }
}

Store::Store(Store&&) noexcept = default;

Store& Store::operator=(Store&& other) noexcept {
    std::swap(impl_, other.impl_);
    return *this;
}

Store::Impl& Store::impl() const {
    if (!impl_) throw InvalidArgument("the store is closed");
    if (impl_->owner != ::getpid()) {
        throw WrongProcess("the store was opened before fork(): open it anew in the child",
                           {.file = impl_->file.string()});
    }
    return *impl_;
}

const fs::path& Store::file() const noexcept {
    static const fs::path closed;
    return impl_ ? impl_->file : closed;
}

CheckpointInfo Store::save(const Tree& tree, const SaveOptions& options) {
    return impl().save({tree, detail::LeafSources(tree)}, options, {});
}

CheckpointInfo Store::Impl::save(const detail::Saved& saved, const SaveOptions& asked,
                                 const OnProgress& on_progress) {
    const auto turn = log.turn();
    const Writing to = writing();
    return detail::save_checkpoint({.writer = to.connection,
                                    .readers = readers,
                                    .workers = workers,
                                    .log = log,
                                    .token = token.text(),
                                    .codec = codec_of(options.compression),
                                    .on_progress = on_progress},
                                   saved, asked);
}

std::vector<CheckpointInfo> Store::checkpoints(const CheckpointFilter& filter,
                                               std::optional<std::size_t> limit) const {
    return db::select_checkpoints(*impl().readers.lease(), filter, limit);
}

std::optional<CheckpointInfo> Store::latest(const CheckpointFilter& filter) const {
    const auto found = db::select_checkpoints(*impl().readers.lease(), filter, 1);
    if (found.empty()) return std::nullopt;
    return found.front();
}

std::vector<CheckpointInfo> Store::best(const MetricName& metric, Best best, std::size_t n,
                                        const CheckpointFilter& filter) const {
    return db::select_best(*impl().readers.lease(), metric, best, filter, n);
}

CheckpointInfo Store::find(const Selector& selector, const CheckpointFilter& filter) const {
    return detail::find_selected(*impl().readers.lease(), selector, filter);
}

Tree Store::load(const CheckpointInfo& checkpoint) const {
    return impl().load([&](const detail::LoadContext& context) {
        return detail::load_tree(context, checkpoint, std::nullopt);
    });
}

Tree Store::load(const CheckpointInfo& checkpoint, std::string_view pattern) const {
    return impl().load([&](const detail::LoadContext& context) {
        return detail::load_tree(context, checkpoint, pattern);
    });
}

void Store::load_into(const CheckpointInfo& checkpoint,
                      std::span<const TensorBuffer> buffers) const {
    impl().load([&](const detail::LoadContext& context) {
        detail::load_into(context, checkpoint, buffers);
    });
}

Tree Store::leaf(const CheckpointInfo& checkpoint, std::string_view path) const {
    return impl().load([&](const detail::LoadContext& context) {
        return detail::load_leaf(context, checkpoint, path);
    });
}

Tensor Store::slice(const CheckpointInfo& checkpoint, std::string_view path, std::int64_t first,
                    std::int64_t count) const {
    return detail::load_slice(*impl().readers.lease(), checkpoint, path, first, count);
}

std::vector<LeafInfo> Store::leaves(const CheckpointInfo& checkpoint) const {
    return detail::list_leaves(*impl().readers.lease(), checkpoint, std::nullopt);
}

std::vector<LeafInfo> Store::leaves(const CheckpointInfo& checkpoint,
                                    std::string_view pattern) const {
    return detail::list_leaves(*impl().readers.lease(), checkpoint, pattern);
}

NonFinite Store::non_finite(const CheckpointFilter& filter) const {
    const auto connection = impl().readers.lease();
    const db::ReadTransaction snapshot(*connection);
    return {.leaves = db::select_non_finite_leaves(*connection, filter),
            .metrics = db::select_non_finite_metrics(*connection, filter)};
}

void Store::log(std::int64_t step, const Metrics& metrics, std::string_view run) {
    Impl& of = impl();
    if (!of.writer) static_cast<void>(of.writing());  // says that the store is read-only
    format::check_name(run, "run");
    const auto now = std::chrono::system_clock::now();
    std::vector<detail::LoggedMetric> rows;
    for (const auto& [group, values] : metrics) {
        format::check_group(group);
        for (const auto& [label, value] : values) {
            format::check_name(label, "metric");
            rows.push_back({std::string(run), {group, label}, step, value, now});
        }
    }
    of.log.add(std::move(rows));
}

void Store::flush() {
    impl().log.flush();
}

std::vector<MetricPoint> Store::history(const MetricName& metric, std::string_view run,
                                        std::optional<std::size_t> newest) const {
    return db::select_history(*impl().readers.lease(), run, metric, newest);
}

std::vector<MetricName> Store::metric_names(std::string_view run) const {
    return db::select_metric_names(*impl().readers.lease(), run);
}

void Store::close() {
    impl().log.flush();
    impl_.reset();
}

}  // namespace ckptlite
