// SPDX-License-Identifier: MIT
#include "bare_sqlite.hpp"

#include <sqlite3.h>

#include <algorithm>
#include <stdexcept>

namespace bench {
namespace {

// As a store has them: docs/PERFORMANCE.md, "Choices".
constexpr std::size_t kBlob = 1700 << 10;  // what a chunk of 2 MiB becomes
constexpr std::size_t kBatch = std::size_t{20} << 20;
constexpr const char* kFile = "PRAGMA page_size = 32768; PRAGMA auto_vacuum = INCREMENTAL;";
constexpr const char* kSettings =
    "PRAGMA synchronous = EXTRA; PRAGMA secure_delete = FAST; PRAGMA mmap_size = 0;";
constexpr const char* kWriter = "PRAGMA cache_size = -49152; PRAGMA cache_spill = OFF;";
constexpr const char* kReader = "PRAGMA cache_size = -2048;";
constexpr const char* kTables =
    "CREATE TABLE IF NOT EXISTS chunk (id INTEGER PRIMARY KEY AUTOINCREMENT, save INTEGER, data "
    "BLOB);"
    "CREATE TABLE IF NOT EXISTS metric (step INTEGER, value REAL)";

[[noreturn]] void fail(sqlite3* database) {
    throw std::runtime_error(std::string("SQLite: ") + sqlite3_errmsg(database));
}

void run(sqlite3_stmt* statement) {
    const bool done = sqlite3_step(statement) == SQLITE_DONE;
    sqlite3* const database = sqlite3_db_handle(statement);
    if (sqlite3_reset(statement) != SQLITE_OK || !done) fail(database);
}

/// An open blob, moved from row to row.
class Blob {
public:
    Blob(sqlite3* database, bool writes) : database_(database), writes_(writes) {}
    ~Blob() { sqlite3_blob_close(blob_); }
    Blob(const Blob&) = delete;
    Blob& operator=(const Blob&) = delete;

    void write(std::int64_t id, std::span<const std::byte> bytes) {
        move(id);
        const int size = static_cast<int>(bytes.size());
        if (sqlite3_blob_write(blob_, bytes.data(), size, 0) != SQLITE_OK) fail(database_);
    }
    /// Reads the whole blob to the front of `into`. Returns its size.
    std::size_t read(std::int64_t id, std::span<std::byte> into) {
        move(id);
        const int size = sqlite3_blob_bytes(blob_);
        if (into.size() < static_cast<std::size_t>(size)) {
            throw std::runtime_error("SQLite: a blob is larger than what it is read to");
        }
        if (sqlite3_blob_read(blob_, into.data(), size, 0) != SQLITE_OK) fail(database_);
        return static_cast<std::size_t>(size);
    }

private:
    void move(std::int64_t id) {
        const int rc = blob_ != nullptr ? sqlite3_blob_reopen(blob_, id)
                                        : sqlite3_blob_open(database_, "main", "chunk", "data", id,
                                                            writes_ ? 1 : 0, &blob_);
        if (rc != SQLITE_OK) fail(database_);
    }

    sqlite3* database_;
    bool writes_;
    sqlite3_blob* blob_ = nullptr;
};

}  // namespace

void BareSqlite::Close::operator()(sqlite3* database) const noexcept {
    sqlite3_close(database);
}

void BareSqlite::Finalize::operator()(sqlite3_stmt* statement) const noexcept {
    sqlite3_finalize(statement);
}

BareSqlite::Database BareSqlite::open(const std::filesystem::path& file, bool writes) {
    sqlite3* opened = nullptr;
    const int flags = writes ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READONLY;
    const int rc = sqlite3_open_v2(file.c_str(), &opened, flags, nullptr);
    Database database(opened);
    if (rc != SQLITE_OK) fail(opened);
    if (writes) execute(opened, kFile);
    execute(opened, kSettings);
    execute(opened, writes ? kWriter : kReader);
    return database;
}

BareSqlite::Statement BareSqlite::prepare(sqlite3* database, const std::string& sql) {
    sqlite3_stmt* statement = nullptr;
    const int rc = sqlite3_prepare_v2(database, sql.c_str(), -1, &statement, nullptr);
    if (rc != SQLITE_OK) fail(database);
    return Statement(statement);
}

void BareSqlite::execute(sqlite3* database, const std::string& sql) {
    if (sqlite3_exec(database, sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) fail(database);
}

BareSqlite::BareSqlite(const std::filesystem::path& file) : database_(open(file, true)) {
    sqlite3* const database = database_.get();
    execute(database, kTables);
    insert_ = prepare(database, "INSERT INTO chunk (save, data) VALUES (?1, ?2)");
    remove_ = prepare(database,
                      "DELETE FROM chunk WHERE id IN "
                      "(SELECT id FROM chunk WHERE save <= ?1 ORDER BY id LIMIT ?2)");
    metric_ = prepare(database, "INSERT INTO metric VALUES (?1, ?2)");
}

void BareSqlite::save(std::span<const std::byte> bytes, std::int64_t keep) {
    sqlite3* const database = database_.get();
    const std::int64_t save = ++n_saves_;
    execute(database, "PRAGMA synchronous = FULL");  // as batches of a store are committed
    while (!bytes.empty()) {
        const std::span<const std::byte> batch = bytes.first(std::min(kBatch, bytes.size()));
        bytes = bytes.subspan(batch.size());
        execute(database, "BEGIN IMMEDIATE");
        const std::int64_t n_blobs = insert(batch, save);
        sqlite3_bind_int64(remove_.get(), 1, save - keep - 1);
        sqlite3_bind_int64(remove_.get(), 2, n_blobs);
        run(remove_.get());
        execute(database, "COMMIT");
    }
}

std::int64_t BareSqlite::insert(std::span<const std::byte> batch, std::int64_t save) {
    sqlite3* const database = database_.get();
    std::int64_t n_blobs = 0;
    Blob blob(database, true);
    for (; !batch.empty(); ++n_blobs) {
        const auto data = batch.first(std::min(kBlob, batch.size()));
        batch = batch.subspan(data.size());
        sqlite3_bind_int64(insert_.get(), 1, save);
        sqlite3_bind_zeroblob(insert_.get(), 2, static_cast<int>(data.size()));
        run(insert_.get());
        blob.write(sqlite3_last_insert_rowid(database), data);
    }
    return n_blobs;
}

void BareSqlite::read(const std::filesystem::path& file, std::span<std::byte> into) {
    const Database database = open(file, false);
    const Statement ids =
        prepare(database.get(),
                "SELECT id FROM chunk WHERE save = (SELECT max(save) FROM chunk) ORDER BY id");
    Blob blob(database.get(), false);
    while (sqlite3_step(ids.get()) == SQLITE_ROW) {
        into = into.subspan(blob.read(sqlite3_column_int64(ids.get(), 0), into));
    }
}

void BareSqlite::commit_metric(std::int64_t step, double value) {
    sqlite3_bind_int64(metric_.get(), 1, step);
    sqlite3_bind_double(metric_.get(), 2, value);
    run(metric_.get());
}

}  // namespace bench
