// SPDX-License-Identifier: MIT
// Compiled once for each test program: Catch2 takes most of the time of a small test.
// Tests still include what they use; `meson setup -Db_pch=false` compiles them without this.
#include "ckptlite/ckptlite.hpp"
#include "support/catch.hpp"
