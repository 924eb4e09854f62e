// SPDX-License-Identifier: MIT
// Compiled once for all sources of the command, most of which include these: it halves the build.
// Sources still include what they use; `meson setup -Db_pch=false` compiles them without this.
#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "ckptlite/ckptlite.hpp"
