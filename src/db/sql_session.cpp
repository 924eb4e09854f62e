// SPDX-License-Identifier: MIT
#include "ckptlite/sql_session.hpp"

#include <sqlite3.h>
#include <unistd.h>

#include <limits>
#include <new>

#include "ckptlite/error.hpp"
#include "db/sqlite_error.hpp"
#include "db/store_file.hpp"
#include "db/store_schema.hpp"
#include "ext/tensor_functions.hpp"

namespace ckptlite {
namespace {

namespace fs = std::filesystem;
using db::Connection;

struct Finalize {
    void operator()(sqlite3_stmt* statement) const noexcept { sqlite3_finalize(statement); }
};
using Statement = std::unique_ptr<sqlite3_stmt, Finalize>;

fs::path prepare_file(const fs::path& file, const SqlOptions& options) {
    if (options.untrusted && options.write) {
        throw InvalidArgument("an untrusted file can only be read", {.file = file.string()});
    }
    fs::path resolved = db::resolve_file(file, options.follow_symlinks, false);
    if (options.untrusted) db::refuse_journals(resolved);
    return resolved;
}

db::Access access_of(const SqlOptions& options) noexcept {
    if (options.untrusted) return db::Access::untrusted;
    return options.write ? db::Access::read_write : db::Access::read_only;
}

/// VACUUM and VACUUM INTO attach files, too.
int refuse_attach(void*, int action, const char*, const char*, const char*, const char*) noexcept {
    return action == SQLITE_ATTACH || action == SQLITE_DETACH ? SQLITE_DENY : SQLITE_OK;
}

/// What SQLite says of somebody's SQL is about that SQL, where of ours it would be about the file.
[[noreturn]] void throw_sql_error(int code, const Connection& connection) {
    const std::string said = sqlite3_errmsg(connection.handle());
    const ErrorContext where{.file = connection.file()};
    switch (code & 0xff) {
        case SQLITE_AUTH:
            throw InvalidArgument(
                "ATTACH, DETACH and VACUUM are refused: a session is of one file, which "
                "ckptlite compact makes smaller and ckptlite backup copies",
                where);
        case SQLITE_ERROR:
        case SQLITE_CONSTRAINT:
        case SQLITE_MISMATCH:
        case SQLITE_TOOBIG:
        case SQLITE_RANGE:
            throw InvalidArgument("SQL: " + said, where);
        case SQLITE_NOTFOUND:  // only our functions say so
            throw NotFound(said, where);
        default:
            db::throw_error(code, connection);
    }
}

SqlValue value_of(sqlite3_stmt* row, int column) {
    // Both calls may allocate, so they come before the size is asked for.
    switch (sqlite3_column_type(row, column)) {
        case SQLITE_INTEGER:
            return sqlite3_column_int64(row, column);
        case SQLITE_FLOAT:
            return sqlite3_column_double(row, column);
        case SQLITE_TEXT: {
            const auto* const text =
                reinterpret_cast<const char*>(sqlite3_column_text(row, column));
            if (text == nullptr) throw std::bad_alloc();
            return std::string(text, static_cast<std::size_t>(sqlite3_column_bytes(row, column)));
        }
        case SQLITE_BLOB: {
            const auto* const blob =
                static_cast<const std::byte*>(sqlite3_column_blob(row, column));
            const auto n = static_cast<std::size_t>(sqlite3_column_bytes(row, column));
            return std::vector<std::byte>(blob, blob + n);
        }
        default:
            return std::monostate();
    }
}

std::vector<std::string> names_of(sqlite3_stmt* statement) {
    std::vector<std::string> names;
    const int n = sqlite3_column_count(statement);
    for (int column = 0; column < n; ++column) {
        const char* const name = sqlite3_column_name(statement, column);
        if (name == nullptr) throw std::bad_alloc();
        names.emplace_back(name);
    }
    return names;
}

std::vector<SqlValue> values_of(sqlite3_stmt* row) {
    std::vector<SqlValue> values;
    const int n = sqlite3_column_count(row);
    for (int column = 0; column < n; ++column) values.push_back(value_of(row, column));
    return values;
}

/// Takes the first statement off the text; nothing of white space and comments.
Statement take_statement(const Connection& connection, std::string_view& sql) {
    sqlite3_stmt* statement = nullptr;
    const char* rest = nullptr;
    const int code = sqlite3_prepare_v2(connection.handle(), sql.data(),
                                        static_cast<int>(sql.size()), &statement, &rest);
    if (code != SQLITE_OK) throw_sql_error(code, connection);
    sql.remove_prefix(static_cast<std::size_t>(rest - sql.data()));
    return Statement(statement);
}

void run_statement(const Connection& connection, sqlite3_stmt* statement, const SqlOutput& output) {
    const bool has_columns = sqlite3_column_count(statement) > 0;
    if (has_columns && output.on_columns) output.on_columns(names_of(statement));
    int code = SQLITE_OK;
    while ((code = sqlite3_step(statement)) == SQLITE_ROW) {
        if (output.on_row) output.on_row(values_of(statement));
    }
    if (code != SQLITE_DONE) throw_sql_error(code, connection);
}

/// Whatever ends a query: nothing of a transaction that it left open stays.
class OpenTransaction {
public:
    explicit OpenTransaction(const Connection& connection) : connection_(connection) {}
    ~OpenTransaction() {
        if (connection_.in_transaction()) {
            sqlite3_exec(connection_.handle(), "ROLLBACK", nullptr, nullptr, nullptr);
        }
    }
    OpenTransaction(const OpenTransaction&) = delete;
    OpenTransaction& operator=(const OpenTransaction&) = delete;

private:
    const Connection& connection_;
};

}  // namespace

struct SqlSession::Impl {
    Impl(const fs::path& path, const SqlOptions& options)
        : file(prepare_file(path, options)),
          may_write(options.write),
          connection(file.string(), access_of(options), options.timeout) {
        if (options.untrusted) {
            db::check_untrusted_store(connection);
        } else {
            db::check_store(connection, options.write);
        }
        // Our own statements never read a view, but those of a person do.
        sqlite3_db_config(connection.handle(), SQLITE_DBCONFIG_ENABLE_VIEW, 1, nullptr);
        int code = ext::register_functions(connection.handle());
        if (code == SQLITE_OK) {
            code = sqlite3_set_authorizer(connection.handle(), refuse_attach, nullptr);
        }
        if (code != SQLITE_OK) db::throw_error(code, connection);
    }

    void refuse_to_write(sqlite3_stmt* statement) const {
        if (may_write || sqlite3_stmt_readonly(statement) != 0) return;
        throw InvalidArgument(
            "the file was opened for reading, and this statement writes: open it for writing, as "
            "ckptlite sql --write does",
            {.file = file.string()});
    }

    const pid_t owner = ::getpid();
    const fs::path file;
    const bool may_write;
    Connection connection;
};

SqlSession::SqlSession(const fs::path& file, const SqlOptions& options)
    : impl_(std::make_unique<Impl>(file, options)) {}

SqlSession::~SqlSession() {
    if (!impl_ || impl_->owner == ::getpid()) return;
    // A child after fork(): closing would touch the parent's file and its locks.
    impl_->connection.abandon();
    static_cast<void>(impl_.release());
}

SqlSession::SqlSession(SqlSession&&) noexcept = default;

SqlSession& SqlSession::operator=(SqlSession&& other) noexcept {
    std::swap(impl_, other.impl_);
    return *this;
}

const fs::path& SqlSession::file() const noexcept {
    static const fs::path none;
    return impl_ ? impl_->file : none;
}

void SqlSession::run(std::string_view sql, const SqlOutput& output) {
    if (!impl_) throw InvalidArgument("the session was moved elsewhere");
    const Connection& connection = impl_->connection;
    const ErrorContext where{.file = connection.file()};
    if (impl_->owner != ::getpid()) {
        throw WrongProcess("the session was opened before fork(): open it anew in the child",
                           where);
    }
    constexpr auto kLongest = static_cast<std::size_t>(std::numeric_limits<int>::max());
    if (sql.size() > kLongest || sql.find('\0') != std::string_view::npos) {
        throw InvalidArgument("SQL: the query is too long, or there is a NUL in it", where);
    }
    connection.check_in_place();
    const OpenTransaction transaction(connection);
    bool any = false;
    while (!sql.empty()) {
        const Statement statement = take_statement(connection, sql);
        if (!statement) continue;
        any = true;
        impl_->refuse_to_write(statement.get());
        run_statement(connection, statement.get(), output);
    }
    if (!any) throw InvalidArgument("SQL: there is no statement in the query", where);
    if (connection.in_transaction()) {
        throw InvalidArgument(
            "the query left a transaction open, and nothing of that is kept: end it with COMMIT",
            where);
    }
}

}  // namespace ckptlite
