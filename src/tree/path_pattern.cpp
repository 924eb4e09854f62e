// SPDX-License-Identifier: MIT
#include "tree/path_pattern.hpp"

#include <cstddef>
#include <optional>

#include "ckptlite/error.hpp"
#include "tree/path.hpp"

namespace ckptlite::pytree {
namespace {

/// Glob matching of two sequences. After a mismatch only the last wildcard takes one element more:
/// what stands before it was matched as early as possible, so no earlier choice can do better.
template <typename Pattern, typename Subject, typename IsWildcard, typename Same>
bool glob(const Pattern& pattern, const Subject& subject, IsWildcard is_wildcard, Same same) {
    std::size_t p = 0, s = 0, resume = 0;
    std::optional<std::size_t> wildcard;
    while (s < subject.size()) {
        if (p < pattern.size() && is_wildcard(pattern[p])) {
            wildcard = p++;
            resume = s;
        } else if (p < pattern.size() && same(pattern[p], subject[s])) {
            ++p;
            ++s;
        } else if (wildcard) {
            p = *wildcard + 1;
            s = ++resume;
        } else {
            return false;
        }
    }
    while (p < pattern.size() && is_wildcard(pattern[p])) ++p;
    return p == pattern.size();
}

bool token_matches(const std::string& pattern, const std::string& token) {
    return glob(
        pattern, token, [](char c) { return c == '*'; }, [](char a, char b) { return a == b; });
}

std::vector<std::string> unescaped_tokens(std::string_view path) {
    std::vector<std::string> tokens;
    for (const std::string_view token : split(path)) tokens.push_back(unescape(token));
    return tokens;
}

}  // namespace

PathPattern::PathPattern(std::string_view pattern) {
    if (!pattern.empty() && pattern.front() != '/')
        throw InvalidArgument("A path pattern is empty or begins with '/': write '/" +
                              std::string(pattern) + "' instead of '" + std::string(pattern) +
                              "'.");
    tokens_ = unescaped_tokens(pattern);
}

bool PathPattern::matches(std::string_view path) const {
    return glob(
        tokens_, unescaped_tokens(path), [](const std::string& token) { return token == "**"; },
        token_matches);
}

}  // namespace ckptlite::pytree
