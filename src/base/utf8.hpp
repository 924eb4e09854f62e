// SPDX-License-Identifier: MIT
// Is this text UTF-8? Strict: no surrogates, no overlong forms, nothing above U+10FFFF.
// A pure function; any thread.
#pragma once

#include <string_view>

namespace ckptlite {

bool is_valid_utf8(std::string_view text) noexcept;

}  // namespace ckptlite
