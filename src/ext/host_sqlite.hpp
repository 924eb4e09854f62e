// SPDX-License-Identifier: MIT
// The SQLite that the functions of src/ext/ talk to. The same sources are compiled twice: for the
// library they call the SQLite it links; for the loadable module, with CKPTLITE_LOADABLE, that of
// the program that loads it, through the pointers SQLite hands to the entry point.
#pragma once

#ifndef CKPTLITE_LOADABLE
#define SQLITE_CORE 1
#endif
#include <sqlite3ext.h>
SQLITE_EXTENSION_INIT3
