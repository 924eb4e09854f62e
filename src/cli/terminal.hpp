// SPDX-License-Identifier: MIT
// What stdout is: a terminal or not, how wide, and whether it takes colours. Asked anew each time.
#pragma once

#include <cstddef>

namespace ckptlite::cli {

bool stdout_is_terminal();

/// In columns; 80 where stdout is no terminal.
std::size_t terminal_width();

/// Only on a terminal, and not if NO_COLOR is set or TERM is "dumb".
bool terminal_has_colours();

}  // namespace ckptlite::cli
