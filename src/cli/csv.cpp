// SPDX-License-Identifier: MIT
#include "cli/csv.hpp"

#include <ostream>

namespace ckptlite::cli {
namespace {

std::string quoted(const std::string& cell) {
    if (cell.find_first_of(",\"\r\n") == cell.npos) return cell;
    std::string out = "\"";
    for (const char c : cell) out += c == '"' ? std::string("\"\"") : std::string(1, c);
    return out + "\"";
}

}  // namespace

void print_csv(std::ostream& out, const std::vector<std::string>& cells) {
    for (std::size_t i = 0; i < cells.size(); ++i) out << (i > 0 ? "," : "") << quoted(cells[i]);
    out << '\n';
}

}  // namespace ckptlite::cli
