// SPDX-License-Identifier: MIT
#include "db/connection.hpp"

#include <SQLiteCpp/SQLiteCpp.h>
#include <sqlite3.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <thread>

#include "base/limits.hpp"
#include "db/side_files.hpp"
#include "db/sqlite_error.hpp"

namespace ckptlite::db {
namespace {

int open_flags(Access access) noexcept {
    constexpr int kAlways = SQLITE_OPEN_NOFOLLOW | SQLITE_OPEN_EXRESCODE | SQLITE_OPEN_NOMUTEX;
    switch (access) {
        case Access::read_only:
        case Access::damaged:
            return kAlways | SQLITE_OPEN_READONLY;
        case Access::untrusted:
            return kAlways | SQLITE_OPEN_READONLY | SQLITE_OPEN_URI;
        case Access::create:
            return kAlways | SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
        default:
            return kAlways | SQLITE_OPEN_READWRITE;
    }
}

/// Without locks and side files: SQLite has that for a file that nobody changes.
std::string immutable_uri(const std::string& file) {
    constexpr const char* kHex = "0123456789ABCDEF";
    std::string uri = "file://";
    for (const char c : file) {
        const auto byte = static_cast<unsigned char>(c);
        if (std::isalnum(byte) != 0 || c == '/') {
            uri += c;
        } else {
            uri += {'%', kHex[byte >> 4], kHex[byte & 15]};
        }
    }
    return uri + "?immutable=1";
}

struct Setting {
    int name;
    int value;
};

// What a file may contain but we never want run: triggers, views in our statements, double-quoted
// strings, extensions. A view stays readable in the shell.
constexpr std::array kSettings = {
    Setting{SQLITE_DBCONFIG_DEFENSIVE, 1},
    Setting{SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0},
    Setting{SQLITE_DBCONFIG_ENABLE_TRIGGER, 0},
    Setting{SQLITE_DBCONFIG_ENABLE_VIEW, 0},
    Setting{SQLITE_DBCONFIG_DQS_DML, 0},
    Setting{SQLITE_DBCONFIG_DQS_DDL, 0},
    Setting{SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0},
    Setting{SQLITE_DBCONFIG_ENABLE_FTS3_TOKENIZER, 0},
};

// SQLite refuses all of a file that is shorter than it should be, or in which one table's
// definition cannot be read, unless the connection may repair the list of tables. One that is
// read-only cannot.
constexpr std::array kDamagedSettings = {
    Setting{SQLITE_DBCONFIG_DEFENSIVE, 0},
    Setting{SQLITE_DBCONFIG_WRITABLE_SCHEMA, 1},
};

// What our statements need, and a stranger's file may not exceed. A row holds a structure at most.
constexpr std::array kUntrustedLimits = {
    Setting{SQLITE_LIMIT_LENGTH, static_cast<int>(limits::kStructureBytes) + (1 << 20)},
    Setting{SQLITE_LIMIT_SQL_LENGTH, 100'000},
    Setting{SQLITE_LIMIT_COLUMN, 32},
    Setting{SQLITE_LIMIT_EXPR_DEPTH, 64},
    Setting{SQLITE_LIMIT_COMPOUND_SELECT, 8},
    Setting{SQLITE_LIMIT_VDBE_OP, 25'000},
    Setting{SQLITE_LIMIT_FUNCTION_ARG, 8},
    Setting{SQLITE_LIMIT_ATTACHED, 0},
    Setting{SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 100},
    Setting{SQLITE_LIMIT_VARIABLE_NUMBER, 32},
    Setting{SQLITE_LIMIT_TRIGGER_DEPTH, 0},
    Setting{SQLITE_LIMIT_WORKER_THREADS, 0},
};

// secure_delete by name: the number 2 would mean ON, which triples the bytes written. synchronous
// is EXTRA, since with FULL a loss of power soon after a commit can bring the deleted rollback
// journal back, and with it the state before the commit.
constexpr const char* kAlways =
    "PRAGMA synchronous = EXTRA;"
    "PRAGMA mmap_size = 0;"
    "PRAGMA cell_size_check = ON;"
    "PRAGMA foreign_keys = ON;"
    "PRAGMA temp_store = MEMORY;"
    "PRAGMA secure_delete = FAST;";

// The cache holds a staged batch: a cache that spills takes the exclusive lock early and keeps
// readers out until the commit.
constexpr const char* kWriter =
    "PRAGMA cache_size = -49152;"
    "PRAGMA cache_spill = OFF;";

// Blobs pass by once; a large cache only costs time.
constexpr const char* kReader =
    "PRAGMA cache_size = -2048;"
    "PRAGMA query_only = ON;";

}  // namespace

Connection::Connection(const std::string& file, Access access, std::chrono::milliseconds timeout)
    : file_(file), access_(access), busy_(std::make_unique<BusyWait>()) {
    busy_->timeout = timeout;
    check_side_files(file, access != Access::read_only && access != Access::damaged);
    try {
        database_ = std::make_unique<SQLite::Database>(
            access == Access::untrusted ? immutable_uri(file) : file, open_flags(access));
    } catch (const SQLite::Exception& error) {
        throw_error(error, file_);
    }
    identity_ = identity_of(file);
    configure();
}

Connection::~Connection() = default;

void Connection::configure() {
    sqlite3* const db = handle();
    sqlite3_busy_handler(db, &Connection::on_busy, busy_.get());
    const auto set = [&](const Setting& setting) {
        const int rc = sqlite3_db_config(db, setting.name, setting.value, nullptr);
        if (rc != SQLITE_OK) throw_error(rc, "a setting was refused", file_);
    };
    std::ranges::for_each(kSettings, set);
    if (access_ == Access::damaged) std::ranges::for_each(kDamagedSettings, set);
    if (access_ == Access::untrusted) {
        for (const Setting& limit : kUntrustedLimits) sqlite3_limit(db, limit.name, limit.value);
    }
    const bool writes = access_ == Access::read_write || access_ == Access::create;
    if (!writes) sqlite3_db_config(db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
    execute(kAlways);
    execute(writes ? kWriter : kReader);
}

int Connection::on_busy(void* data, int attempt) noexcept {
    // SQLite's own handler sleeps up to 100 ms at a time, which is what a reader would then wait
    // for a lock that is held for a few milliseconds.
    using namespace std::chrono;
    auto& wait = *static_cast<BusyWait*>(data);
    const auto now = steady_clock::now();
    if (attempt == 0) wait.deadline = now + wait.timeout;
    if (now >= wait.deadline) return 0;
    std::this_thread::sleep_for(milliseconds(attempt < 20 ? 1 : 5));
    return 1;
}

Query Connection::query(std::string_view sql) const {
    // Alone it is a transaction of its own.
    if (!in_transaction()) check_in_place();
    auto& statement = statements_[sql.data()];
    if (!statement) {
        try {
            statement = std::make_unique<SQLite::Statement>(*database_, std::string(sql));
        } catch (const SQLite::Exception& error) {
            throw_error(error.getExtendedErrorCode(), *this);
        }
    }
    return {*this, *statement};
}

void Connection::execute(const char* sql) const {
    // Not Database::exec: it drops the extended result code.
    const int rc = sqlite3_exec(handle(), sql, nullptr, nullptr, nullptr);
    if (rc != SQLITE_OK) throw_error(rc, *this);
}

std::int64_t Connection::pragma_integer(const char* sql) const {
    Query row = query(sql);
    return row.step() ? row.integer(0) : 0;
}

std::string Connection::pragma_text(const char* sql) const {
    Query row = query(sql);
    return row.step() ? std::string(row.text(0)) : std::string();
}

void Connection::seal_if_moved() const noexcept {
    try {
        if (identity_of(file_) != identity_) execute("PRAGMA wal_checkpoint(TRUNCATE)");
    } catch (const std::exception&) {
        // Only a destructor asks for it, and has nobody to tell.
    }
}

std::chrono::milliseconds Connection::timeout() const noexcept {
    return busy_->timeout;
}

std::int64_t Connection::last_insert_id() const noexcept {
    return sqlite3_last_insert_rowid(handle());
}

std::int64_t Connection::changes() const noexcept {
    return sqlite3_changes64(handle());
}

bool Connection::in_transaction() const noexcept {
    return sqlite3_get_autocommit(handle()) == 0;
}

sqlite3* Connection::handle() const noexcept {
    return database_->getHandle();
}

void Connection::abandon() noexcept {
    for (auto& [sql, statement] : statements_) static_cast<void>(statement.release());
    static_cast<void>(database_.release());
    static_cast<void>(busy_.release());
}

}  // namespace ckptlite::db
