// SPDX-License-Identifier: MIT
#include "cli/markup.hpp"

#include <cstddef>
#include <cstdint>

#include "cli/output.hpp"

namespace ckptlite::cli {
namespace {

constexpr std::string_view kReplacement = "\xef\xbf\xbd";  // U+FFFD

/// How many bytes the code point at the start of `text` takes; 0 if it is none that XML allows.
std::size_t code_point_bytes(std::string_view text) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const unsigned first = byte(0);
    if (first < 0x80) return 1;
    const std::size_t n = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
    if (first < 0xc2 || first > 0xf4 || text.size() < n) return 0;
    std::uint32_t code = first & (0xffU >> (n + 1));
    for (std::size_t i = 1; i < n; ++i) {
        if ((byte(i) & 0xc0U) != 0x80U) return 0;
        code = code << 6U | (byte(i) & 0x3fU);
    }
    const bool too_short = (n == 3 && code < 0x800) || (n == 4 && code < 0x10000);
    const bool surrogate = code >= 0xd800 && code < 0xe000;
    const bool forbidden = (code & 0xfffeU) == 0xfffeU;
    return too_short || surrogate || forbidden || code > 0x10ffff ? 0 : n;
}

std::string_view entity_of(char character) {
    switch (character) {
        case '&':
            return "&amp;";
        case '<':
            return "&lt;";
        case '>':
            return "&gt;";
        case '"':
            return "&quot;";
        case '\'':
            return "&#39;";
        default:
            return {};
    }
}

}  // namespace

std::string escaped(std::string_view text) {
    const std::string safe = printable(text);
    std::string out;
    for (std::string_view left = safe; !left.empty();) {
        const std::size_t n = code_point_bytes(left);
        const std::string_view entity = entity_of(left.front());
        if (n == 0) {
            out += kReplacement;
        } else if (!entity.empty()) {
            out += entity;
        } else {
            out += left.substr(0, n);
        }
        left.remove_prefix(n == 0 ? 1 : n);
    }
    return out;
}

Markup name(std::string_view text) {
    return element("bdi", plain(text));
}

Markup element(std::string_view tag, const Markup& inside) {
    const std::string_view kind = tag.substr(0, tag.find(' '));
    return {"<" + std::string(tag) + ">" + inside.html + "</" + std::string(kind) + ">"};
}

void HtmlTable::add(const std::vector<Markup>& cells) {
    Markup row;
    for (std::size_t i = 0; i < cells.size(); ++i) {
        const bool numeric = columns_[i].numeric;
        if (i == 0) {
            row += element("th scope=\"row\"", cells[i]);
        } else {
            row += element(numeric ? "td class=\"number\"" : "td", cells[i]);
        }
    }
    rows_ += element("tr", row) + raw("\n");
}

Markup HtmlTable::markup() const {
    Markup head;
    for (const HtmlColumn& column : columns_) {
        head += element(column.numeric ? "th scope=\"col\" class=\"number\"" : "th scope=\"col\"",
                        plain(column.title));
    }
    const Markup table =
        element("table", element("caption", plain(caption_)) +
                             element("thead", element("tr", head)) + element("tbody", rows_));
    return element("div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"" +
                       escaped(caption_) + "\"",
                   table);
}

}  // namespace ckptlite::cli
