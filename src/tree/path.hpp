// SPDX-License-Identifier: MIT
// Paths of leaves: RFC 6901 JSON Pointers whose tokens are dict keys, positions and field names.
//
// A token is kept as it stands in the path, escaped: `~0` is `~`, `~1` is `/`. An integer dict key
// n is "#n"; a string key that matches ^#+-?[0-9]+$ has one more '#' in front, so that every token
// of a dict names exactly one key. Pure functions; any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ckptlite/tree.hpp"

namespace ckptlite::pytree {

/// Append "/" and the token of a dict key, a position or a field name to `path`.
void append_key(std::string& path, const Key& key);
void append_index(std::string& path, std::size_t index);
void append_field(std::string& path, std::string_view name);

/// The tokens of a path, still escaped; they point into it. Throws InvalidArgument unless the path
/// is "" or begins with '/', and every '~' begins `~0` or `~1`.
std::vector<std::string_view> split(std::string_view path);

/// A token without its escapes.
std::string unescape(std::string_view token);

/// The dict key that append_key writes as this token; nothing if no key is written so ("#007").
std::optional<Key> parse_key(std::string_view token);

/// A position: decimal digits, no leading zeros.
std::optional<std::size_t> parse_index(std::string_view token) noexcept;

/// For messages: the path, or "(root)" for "".
std::string path_text(std::string_view path);

}  // namespace ckptlite::pytree
