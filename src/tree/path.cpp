// SPDX-License-Identifier: MIT
#include "tree/path.hpp"

#include <algorithm>
#include <charconv>

#include "ckptlite/error.hpp"

namespace ckptlite::pytree {
namespace {

bool is_digit(char c) noexcept {
    return '0' <= c && c <= '9';
}

/// Does it match ^#+-?[0-9]+$ ?
bool looks_like_integer_key(std::string_view text) noexcept {
    const std::size_t hashes = std::min(text.find_first_not_of('#'), text.size());
    if (hashes == 0) return false;
    text.remove_prefix(hashes);
    if (text.starts_with('-')) text.remove_prefix(1);
    return !text.empty() && std::ranges::all_of(text, is_digit);
}

/// A number that to_chars would write exactly like this.
template <typename Number>
std::optional<Number> parse_canonical(std::string_view text) noexcept {
    Number number{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    const bool negative = text.starts_with('-');
    if (text.size() > 1 && text[negative ? 1 : 0] == '0') return std::nullopt;
    return number;
}

void append_escaped(std::string& path, std::string_view text) {
    for (const char c : text) {
        if (c == '~')
            path += "~0";
        else if (c == '/')
            path += "~1";
        else
            path += c;
    }
}

bool escapes_are_valid(std::string_view path) noexcept {
    for (std::size_t i = path.find('~'); i != path.npos; i = path.find('~', i + 1))
        if (i + 1 == path.size() || (path[i + 1] != '0' && path[i + 1] != '1')) return false;
    return true;
}

}  // namespace

void append_key(std::string& path, const Key& key) {
    path += '/';
    if (key.is_integer()) {
        path += '#';
        path += std::to_string(key.integer());
        return;
    }
    const std::string& text = key.text();
    if (looks_like_integer_key(text)) path += '#';
    append_escaped(path, text);
}

void append_index(std::string& path, std::size_t index) {
    path += '/';
    path += std::to_string(index);
}

void append_field(std::string& path, std::string_view name) {
    path += '/';
    append_escaped(path, name);
}

std::vector<std::string_view> split(std::string_view path) {
    std::vector<std::string_view> tokens;
    if (path.empty()) return tokens;
    if (path.front() != '/')
        throw InvalidArgument("A path is empty or begins with '/': '" + std::string(path) + "'.");
    if (!escapes_are_valid(path))
        throw InvalidArgument("In a path, '~' is written ~0 and '/' within a name ~1: '" +
                              std::string(path) + "'.");
    for (std::size_t begin = 1, end = 0; end != path.npos; begin = end + 1) {
        end = path.find('/', begin);
        tokens.push_back(path.substr(begin, end == path.npos ? end : end - begin));
    }
    return tokens;
}

std::string unescape(std::string_view token) {
    std::string text;
    text.reserve(token.size());
    for (std::size_t i = 0; i < token.size(); ++i) {
        const bool escaped = token[i] == '~' && i + 1 < token.size();
        if (!escaped)
            text += token[i];
        else
            text += token[++i] == '1' ? '/' : '~';
    }
    return text;
}

std::optional<Key> parse_key(std::string_view token) {
    if (!looks_like_integer_key(token)) return Key(unescape(token));
    token.remove_prefix(1);
    if (token.front() == '#') return Key(token);
    const auto number = parse_canonical<std::int64_t>(token);
    return number ? std::optional<Key>(*number) : std::nullopt;
}

std::optional<std::size_t> parse_index(std::string_view token) noexcept {
    return parse_canonical<std::size_t>(token);
}

std::string path_text(std::string_view path) {
    return path.empty() ? "(root)" : std::string(path);
}

}  // namespace ckptlite::pytree
