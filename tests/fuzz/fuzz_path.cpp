// SPDX-License-Identifier: MIT
// Any text as a path and as a pattern: tokens survive being taken apart and put together, keys come
// back as themselves, and a pattern matches what a matcher that tries everything says.
#include <optional>
#include <string>
#include <vector>

#include "ckptlite/error.hpp"
#include "ckptlite/metrics.hpp"
#include "fuzz/fuzz_target.hpp"
#include "tree/path.hpp"
#include "tree/path_pattern.hpp"

namespace ckptlite::pytree {
namespace {

using fuzz::require;
using Tokens = std::vector<std::string>;

void check_token(std::string_view token) {
    std::string path;
    append_field(path, unescape(token));
    require(path == "/" + std::string(token));
    if (const auto key = parse_key(token)) {
        path.clear();
        append_key(path, *key);
        require(path == "/" + std::string(token));
    }
    if (const auto index = parse_index(token)) {
        path.clear();
        append_index(path, *index);
        require(path == "/" + std::string(token));
    }
}

std::optional<Tokens> tokens_of(std::string_view path) {
    try {
        std::string whole;
        Tokens tokens;
        for (const std::string_view token : split(path)) {
            check_token(token);
            whole += "/" + std::string(token);
            tokens.push_back(unescape(token));
        }
        require(whole == path);
        return tokens;
    } catch (const InvalidArgument&) {
        return std::nullopt;
    }
}

/// Whether pattern[0, p) matches subject[0, s), for all p and s, by trying both uses of a wildcard.
template <typename Sequence, typename Subject, typename IsWildcard, typename Same>
bool matches_by_table(const Sequence& pattern, const Subject& subject, IsWildcard is_wildcard,
                      Same same) {
    std::vector<char> row(subject.size() + 1, 0);
    row[0] = 1;
    for (const auto& element : pattern) {
        std::vector<char> next(row.size(), 0);
        const bool wild = is_wildcard(element);
        next[0] = wild && row[0] != 0 ? 1 : 0;
        for (std::size_t s = 1; s < row.size(); ++s) {
            const bool found = wild ? row[s] != 0 || next[s - 1] != 0
                                    : row[s - 1] != 0 && same(element, subject[s - 1]);
            next[s] = found ? 1 : 0;
        }
        row = std::move(next);
    }
    return row.back() != 0;
}

bool token_matches(const std::string& pattern, const std::string& token) {
    return matches_by_table(
        pattern, token, [](char c) { return c == '*'; }, [](char a, char b) { return a == b; });
}

void check_pattern(std::string_view pattern_text, std::string_view path) {
    const auto pattern_tokens = tokens_of(pattern_text);
    std::optional<PathPattern> pattern;
    try {
        pattern.emplace(pattern_text);
    } catch (const InvalidArgument&) {
    }
    require(pattern.has_value() == pattern_tokens.has_value());
    const auto path_tokens = tokens_of(path);
    if (!pattern || !path_tokens) return;
    const bool expected = matches_by_table(
        *pattern_tokens, *path_tokens, [](const std::string& token) { return token == "**"; },
        token_matches);
    require(pattern->matches(path) == expected);
}

void check_metric_name(std::string_view text) {
    try {
        const MetricName name = MetricName::parse(text);
        require(name.text() == text && name.group.find('/') == std::string::npos);
        require(!name.group.empty() && !name.label.empty());
    } catch (const InvalidArgument&) {
        require(text.find('/') == text.npos || text.front() == '/' ||
                text.find('/') + 1 == text.size());
    }
}

}  // namespace
}  // namespace ckptlite::pytree

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace ckptlite;
    fuzz::Input input(data, size);
    const std::size_t length = input.byte();
    const std::string_view pattern = input.text(length);
    const std::string_view path = input.text();
    pytree::check_pattern(pattern, path);
    pytree::check_metric_name(path);
    return 0;
}
