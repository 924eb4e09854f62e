// SPDX-License-Identifier: MIT
// How `ckptlite watch` says what it knows: a block of lines that is drawn anew, one line, or JSON.
// Pure functions; names are made printable.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "cli/checkpoint_json.hpp"
#include "cli/watch_state.hpp"

namespace ckptlite::cli {

/// None wider than `width`.
std::vector<std::string> watch_block(const WatchState& state, std::size_t width);

std::string watch_line(const WatchState& state);

/// As documented in docs/CLI.md.
Json watch_json(const WatchState& state);

}  // namespace ckptlite::cli
