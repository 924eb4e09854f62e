// SPDX-License-Identifier: MIT
// Text of strangers inside HTML and SVG. Markup is a type of its own, so that a name cannot get in
// without being escaped. Plain values and pure functions.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ckptlite::cli {

/// Safe between tags and inside quoted attributes, and nothing that XML forbids: control characters
/// are written as printable() does, bytes that are not UTF-8 become U+FFFD.
std::string escaped(std::string_view text);

/// HTML that may be written as it is.
struct Markup {
    std::string html{};

    Markup& operator+=(const Markup& more) {
        html += more.html;
        return *this;
    }
    friend Markup operator+(Markup left, const Markup& right) { return left += right; }
};

/// Our own words and tags.
inline Markup raw(std::string html) {
    return {std::move(html)};
}
/// Anybody's words.
inline Markup plain(std::string_view text) {
    return {escaped(text)};
}
/// A name of a stranger's: whichever way it is written, it does not turn round what stands by it.
Markup name(std::string_view text);
/// In an element; `tag` may have attributes: element("td class=\"number\"", ...).
Markup element(std::string_view tag, const Markup& inside);

struct HtmlColumn {
    std::string title{};
    bool numeric = false;
};

/// A table whose rows begin with their header. It scrolls by itself where it is too wide.
class HtmlTable {
public:
    /// The caption is for those who hear the page.
    HtmlTable(std::string caption, std::vector<HtmlColumn> columns)
        : caption_(std::move(caption)), columns_(std::move(columns)) {}

    /// One cell a column.
    void add(const std::vector<Markup>& cells);
    bool empty() const { return rows_.html.empty(); }
    Markup markup() const;

private:
    std::string caption_;
    std::vector<HtmlColumn> columns_;
    Markup rows_{};
};

}  // namespace ckptlite::cli
