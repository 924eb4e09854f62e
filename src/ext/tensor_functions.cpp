// SPDX-License-Identifier: MIT
#include "ext/tensor_functions.hpp"

#include "ext/host_sqlite.hpp"
#include "ext/scalar_functions.hpp"
#include "ext/table_functions.hpp"

namespace ckptlite::ext {

int register_functions(sqlite3* db) {
    const int code = register_scalar_functions(db);
    return code == SQLITE_OK ? register_table_functions(db) : code;
}

}  // namespace ckptlite::ext
