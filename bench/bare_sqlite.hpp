// SPDX-License-Identifier: MIT
// SQLite without this library: the same bytes as blobs of a table, with the settings of a store.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>

struct sqlite3;
struct sqlite3_stmt;

namespace bench {

/// A file with a table of blobs. Functions throw std::runtime_error.
class BareSqlite {
public:
    explicit BareSqlite(const std::filesystem::path& file);

    /// Writes `bytes` as blobs in batches, each with as much deleted of what is not among the last
    /// `keep` saves, and each durable.
    void save(std::span<const std::byte> bytes, std::int64_t keep);
    /// Reads the last save from the file's first byte on, on a connection of its own.
    static void read(const std::filesystem::path& file, std::span<std::byte> into);
    /// One row of a metric, durable.
    void commit_metric(std::int64_t step, double value);

private:
    struct Close {
        void operator()(sqlite3* database) const noexcept;
    };
    struct Finalize {
        void operator()(sqlite3_stmt* statement) const noexcept;
    };
    using Database = std::unique_ptr<sqlite3, Close>;
    using Statement = std::unique_ptr<sqlite3_stmt, Finalize>;

    static Database open(const std::filesystem::path& file, bool writes);
    static Statement prepare(sqlite3* database, const std::string& sql);
    static void execute(sqlite3* database, const std::string& sql);

    /// Returns the number of blobs.
    std::int64_t insert(std::span<const std::byte> batch, std::int64_t save);

    Database database_;
    Statement insert_;
    Statement remove_;
    Statement metric_;
    std::int64_t n_saves_ = 0;
};

}  // namespace bench
