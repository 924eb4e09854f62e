// SPDX-License-Identifier: MIT
#include "cli/csv.hpp"

#include <ostream>

namespace ckptlite::cli {

std::string csv_cell(const std::string& text) {
    if (text.find_first_of(",\"\r\n") == text.npos) return text;
    std::string out = "\"";
    for (const char c : text) {
        if (c == '"') out += '"';
        out += c;
    }
    return out + "\"";
}

void print_csv(std::ostream& out, const std::vector<std::string>& cells) {
    for (std::size_t i = 0; i < cells.size(); ++i) out << (i > 0 ? "," : "") << csv_cell(cells[i]);
    out << '\n';
}

}  // namespace ckptlite::cli
