// SPDX-License-Identifier: MIT
#include "ext/table_function.hpp"

#include <algorithm>
#include <array>
#include <new>

#include "ckptlite/error.hpp"
#include "ext/callback.hpp"
#include "ext/host_sqlite.hpp"

namespace ckptlite::ext {
namespace {

constexpr int kMostArguments = 3;
constexpr double kCost = 1e6;  // a leaf has to be decoded

// SQLite knows these as their first bases.
struct Table : sqlite3_vtab {
    sqlite3* db = nullptr;
    const TableFunction* function = nullptr;
};

struct Cursor : sqlite3_vtab_cursor {
    std::unique_ptr<Rows> rows{};
};

Cursor& cursor_of(sqlite3_vtab_cursor* cursor) noexcept {
    return *static_cast<Cursor*>(cursor);
}

int connect(sqlite3* db, void* function, int, const char* const*, sqlite3_vtab** table, char**) {
    const auto* const declared = static_cast<const TableFunction*>(function);
    const int code = sqlite3_declare_vtab(db, declared->declaration);
    if (code != SQLITE_OK) return code;
    sqlite3_vtab_config(db, SQLITE_VTAB_DIRECTONLY);
    auto* const made = new (std::nothrow) Table{};
    if (made == nullptr) return SQLITE_NOMEM;
    made->db = db;
    made->function = declared;
    *table = made;
    return SQLITE_OK;
}

int disconnect(sqlite3_vtab* table) {
    delete static_cast<Table*>(table);
    return SQLITE_OK;
}

/// The arguments become those of filter(), in order; idxNum says which there are.
int best_index(sqlite3_vtab* table, sqlite3_index_info* info) {
    const TableFunction& function = *static_cast<Table*>(table)->function;
    std::array<int, kMostArguments> constraint_of{};
    constraint_of.fill(-1);
    for (int i = 0; i < info->nConstraint; ++i) {
        const auto& constraint = info->aConstraint[i];
        const int argument = constraint.iColumn - function.first_argument;
        if (argument < 0 || constraint.op != SQLITE_INDEX_CONSTRAINT_EQ) continue;
        // Of another table that this plan reads later: another plan will do.
        if (constraint.usable == 0) return SQLITE_CONSTRAINT;
        constraint_of[static_cast<std::size_t>(argument)] = i;
    }
    int n = 0;
    for (std::size_t argument = 0; argument < constraint_of.size(); ++argument) {
        if (constraint_of[argument] < 0) continue;
        auto& usage = info->aConstraintUsage[constraint_of[argument]];
        usage.argvIndex = ++n;
        usage.omit = 1;
        info->idxNum |= 1 << argument;
    }
    info->estimatedCost = kCost;
    return SQLITE_OK;
}

int open(sqlite3_vtab*, sqlite3_vtab_cursor** cursor) {
    *cursor = new (std::nothrow) Cursor{};
    return *cursor == nullptr ? SQLITE_NOMEM : SQLITE_OK;
}

int close(sqlite3_vtab_cursor* cursor) {
    delete static_cast<Cursor*>(cursor);
    return SQLITE_OK;
}

int filter(sqlite3_vtab_cursor* cursor, int given, const char*, int n, sqlite3_value** values) {
    return guarded(cursor->pVtab, [&] {
        const auto& table = *static_cast<Table*>(cursor->pVtab);
        cursor_of(cursor).rows.reset();
        if ((given & (given + 1)) != 0) {
            throw InvalidArgument(std::string("an argument is missing; usage: ") +
                                  table.function->usage);
        }
        Arguments arguments(table.function->usage, {values, static_cast<std::size_t>(n)});
        if (arguments.has_null()) return;
        cursor_of(cursor).rows = table.function->open(table.db, arguments);
    });
}

int next(sqlite3_vtab_cursor* cursor) {
    return guarded(cursor->pVtab, [&] { cursor_of(cursor).rows->next(); });
}

int at_end(sqlite3_vtab_cursor* cursor) {
    const auto& rows = cursor_of(cursor).rows;
    return rows == nullptr || rows->at_end() ? 1 : 0;
}

int column(sqlite3_vtab_cursor* cursor, sqlite3_context* context, int i) {
    // A hidden one is NULL: whoever gave the argument knows it.
    if (i >= static_cast<Table*>(cursor->pVtab)->function->first_argument) return SQLITE_OK;
    guarded(context, [&] { cursor_of(cursor).rows->column(context, i); });
    return SQLITE_OK;
}

int rowid(sqlite3_vtab_cursor* cursor, sqlite3_int64* id) {
    *id = cursor_of(cursor).rows->position();
    return SQLITE_OK;
}

// Without xCreate: there is nothing that CREATE VIRTUAL TABLE could put into a file.
constexpr sqlite3_module kModule = [] {
    sqlite3_module module{};
    module.xConnect = connect;
    module.xBestIndex = best_index;
    module.xDisconnect = disconnect;
    module.xOpen = open;
    module.xClose = close;
    module.xFilter = filter;
    module.xNext = next;
    module.xEof = at_end;
    module.xColumn = column;
    module.xRowid = rowid;
    return module;
}();

}  // namespace

int register_table_function(sqlite3* db, const TableFunction& function) {
    return sqlite3_create_module_v2(db, function.name, &kModule,
                                    const_cast<TableFunction*>(&function), nullptr);
}

}  // namespace ckptlite::ext
