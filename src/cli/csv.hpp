// SPDX-License-Identifier: MIT
// Comma-separated values as RFC 4180 has them, with line feeds. Pure.
#pragma once

#include <iosfwd>
#include <string>
#include <vector>

namespace ckptlite::cli {

/// In quotes if it has a comma, a quote or a line break.
std::string csv_cell(const std::string& text);

/// One line.
void print_csv(std::ostream& out, const std::vector<std::string>& cells);

}  // namespace ckptlite::cli
