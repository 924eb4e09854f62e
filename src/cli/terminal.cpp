// SPDX-License-Identifier: MIT
#include "cli/terminal.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdlib>
#include <string_view>

namespace ckptlite::cli {

bool stdout_is_terminal() {
    return ::isatty(STDOUT_FILENO) == 1;
}

std::size_t terminal_width() {
    constexpr std::size_t kUsual = 80;
    winsize size{};
    if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return kUsual;
    return size.ws_col;
}

bool terminal_has_colours() {
    const char* const no_color = std::getenv("NO_COLOR");
    const char* const term = std::getenv("TERM");
    if (no_color != nullptr && *no_color != '\0') return false;
    return stdout_is_terminal() && (term == nullptr || std::string_view(term) != "dumb");
}

}  // namespace ckptlite::cli
