// SPDX-License-Identifier: MIT
// What a Store holds while it is open. Threading and lifetime: see ckptlite/store.hpp.
#pragma once

#include <unistd.h>

#include <memory>
#include <mutex>
#include <vector>

#include "ckptlite/error.hpp"
#include "ckptlite/store.hpp"
#include "db/disk_space.hpp"
#include "db/transaction.hpp"
#include "store/garbage.hpp"
#include "store/load.hpp"
#include "store/metric_log.hpp"
#include "store/reader_pool.hpp"
#include "store/save.hpp"
#include "store/writer_identity.hpp"

namespace ckptlite {

struct Store::Impl {
    Impl(const std::filesystem::path& path, const StoreOptions& asked);
    ~Impl() {
        // The writer must be the last connection to close: it seals a WAL store into one file.
        readers.clear();
        if (writer) writer->seal_if_moved();
    }
    Impl(const Impl&) = delete;
    Impl& operator=(const Impl&) = delete;

    /// The writer connection and the right to use it.
    struct Writing {
        std::unique_lock<std::mutex> lock;
        const db::Connection& connection;
    };
    Writing writing() {
        if (!writer) {
            throw InvalidArgument("the store was opened read-only", {.file = file.string()});
        }
        return {std::unique_lock(write_mutex), *writer};
    }

    /// Runs `change` in a transaction; what it returns is durable.
    template <typename Change>
    auto write(Change change) {
        const Writing to = writing();
        db::WriteTransaction transaction(to.connection);
        if constexpr (std::is_void_v<decltype(change(to.connection))>) {
            change(to.connection);
            transaction.commit();
        } else {
            auto result = change(to.connection);
            transaction.commit();
            return result;
        }
    }

    CheckpointInfo save(const detail::Saved& saved, const SaveOptions& asked,
                        const OnProgress& on_progress);

    void collect_garbage() noexcept {
        const Writing to = writing();
        detail::collect_garbage(to.connection, token.text());
    }

    /// Runs `load` with what a load needs.
    template <typename Load>
    auto load(Load load) {
        const auto lease = readers.lease();
        return load(detail::LoadContext{*lease, workers});
    }

    void write_logged(const std::vector<detail::LoggedMetric>& rows) {
        const Writing to = writing();
        db::require_room(to.connection, detail::room_for_metrics(rows.size()));
        db::WriteTransaction transaction(to.connection);
        detail::write_metrics(to.connection, rows);
        transaction.commit();
    }

    NotFound gone(const CheckpointInfo& checkpoint) const {
        return NotFound("the checkpoint is not stored any more",
                        {.file = file.string(), .run = checkpoint.run, .step = checkpoint.step});
    }

    void abandon() noexcept {
        log.abandon();
        readers.abandon();
        if (writer) writer->abandon();
    }

    const pid_t owner = ::getpid();
    const StoreOptions options;
    const std::filesystem::path file;
    const detail::WriterToken token;
    detail::ReaderPool readers;
    std::mutex write_mutex;
    std::unique_ptr<db::Connection> writer;
    WorkerPool workers{options.threads};
    detail::MetricLog log{options.log_buffer, options.log_interval,
                          [this](const auto& rows) { write_logged(rows); }};
};

namespace detail {

struct StoreAccess {
    static Store::Impl& impl(const Store& store) { return store.impl(); }
};

}  // namespace detail
}  // namespace ckptlite
