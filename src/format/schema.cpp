// SPDX-License-Identifier: MIT
#include "format/schema.hpp"

#include <cctype>

namespace ckptlite::format {

std::string normalized_sql(std::string_view sql) {
    std::string out;
    bool space = false;
    for (std::size_t i = 0; i < sql.size(); ++i) {
        if (sql.substr(i, 2) == "--") {
            while (i < sql.size() && sql[i] != '\n') ++i;
            space = true;
        } else if (std::isspace(static_cast<unsigned char>(sql[i])) != 0) {
            space = true;
        } else {
            if (space && !out.empty()) out += ' ';
            space = false;
            // A quoted string or name is copied whole: a "--" inside it is no comment.
            const char quote = sql[i];
            out += quote;
            if (quote != '\'' && quote != '"') continue;
            while (++i < sql.size()) {
                out += sql[i];
                if (sql[i] == quote) break;
            }
        }
    }
    return out;
}

}  // namespace ckptlite::format
