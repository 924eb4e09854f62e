// SPDX-License-Identifier: MIT
// Which leaves a partial load wants: a path with wildcards.
//
// A pattern is "" (the root) or begins with '/'. Within a token, '*' stands for any characters,
// none included; a token "**" stands for any number of tokens, none included, so "/**" is every
// path and "/a/**" is /a with everything below it. Everything else stands for itself, which makes
// a plain path match itself. There is no way to mean a literal '*' only. Immutable; any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace ckptlite::pytree {

class PathPattern {
public:
    /// Throws InvalidArgument unless the pattern is a well-formed path.
    explicit PathPattern(std::string_view pattern);

    /// `path` must be a well-formed path, as for_each_leaf gives it. Takes time proportional to
    /// the two lengths multiplied, at worst.
    bool matches(std::string_view path) const;

private:
    std::vector<std::string> tokens_;  // unescaped; '*' in them is a wildcard
};

}  // namespace ckptlite::pytree
