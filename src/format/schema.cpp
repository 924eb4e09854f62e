// SPDX-License-Identifier: MIT
#include "format/schema.hpp"

#include <cctype>

namespace ckptlite::format {
namespace {

/// SQLite leaves these words out of what it stores.
std::string as_stored(std::string statement) {
    constexpr std::string_view kWords = " IF NOT EXISTS";
    const std::size_t at = statement.find(kWords);
    if (at != std::string::npos) statement.erase(at, kWords.size());
    return statement;
}

}  // namespace

std::string normalized_sql(std::string_view sql) {
    std::string out;
    out.reserve(sql.size());
    bool space = false;
    for (std::size_t i = 0; i < sql.size(); ++i) {
        if (sql[i] == '-' && sql.substr(i, 2) == "--") {
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

Definitions definitions_in(std::string_view script) {
    Definitions found;
    const std::string text = normalized_sql(script);
    constexpr std::string_view kCreate = "CREATE ";
    for (std::size_t begin = 0; begin < text.size();) {
        const std::size_t end = text.find(';', begin);  // there is none in our quoted texts
        const std::string statement = as_stored(text.substr(begin, end - begin));
        const std::size_t type_end = statement.find(' ', kCreate.size());
        const std::size_t name_end = statement.find(' ', type_end + 1);
        std::string type = statement.substr(kCreate.size(), type_end - kCreate.size());
        for (char& c : type) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
        found[statement.substr(type_end + 1, name_end - type_end - 1)] = type + " " + statement;
        begin = end + 2;  // past the space, too
    }
    return found;
}

}  // namespace ckptlite::format
