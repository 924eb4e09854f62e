// SPDX-License-Identifier: MIT
// The entry point of the loadable module, which SQLite finds by the name of the file:
// `.load ./ckptlite`. It is not part of the library.
#include "ext/host_sqlite.hpp"
#include "ext/tensor_functions.hpp"

SQLITE_EXTENSION_INIT1

// For the functions that are called through the pointers: an older SQLite has no such pointers.
static constexpr int kOldestSqlite = 3'037'000;

extern "C" __attribute__((visibility("default"))) int sqlite3_ckptlite_init(
    sqlite3* db, char** message, const sqlite3_api_routines* api) {
    SQLITE_EXTENSION_INIT2(api)
    if (sqlite3_libversion_number() < kOldestSqlite) {
        *message = sqlite3_mprintf("the ckptlite extension needs SQLite 3.37 or newer, this is %s",
                                   sqlite3_libversion());
        return SQLITE_ERROR;
    }
    return ckptlite::ext::register_functions(db);
}
