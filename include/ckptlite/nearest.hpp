// SPDX-License-Identifier: MIT
// What an error says of a name that is not there: which names are, those spelled most alike first.
// Pure functions: safe from any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "ckptlite/visibility.hpp"

namespace CKPTLITE_API ckptlite {

/// Ordered by how many edits (insert, delete, replace a byte) turn a name into `wanted`.
std::vector<std::string> nearest_first(std::string_view wanted, std::vector<std::string> names);

/// "there are: a, b, c and 7 more", the nearest first and ten at most; "there is none" for none.
std::string nearest_text(std::string_view wanted, std::vector<std::string> names);

}  // namespace ckptlite
