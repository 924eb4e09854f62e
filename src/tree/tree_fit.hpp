// SPDX-License-Identifier: MIT
// How a difference between what is expected and what is stored is said. Pure functions; any thread.
#pragma once

#include <string>
#include <string_view>

namespace ckptlite::pytree {

/// "shape /a: expected [3], stored [4]".
std::string difference_text(std::string_view what, std::string_view path, std::string_view expected,
                            std::string_view stored);

}  // namespace ckptlite::pytree
