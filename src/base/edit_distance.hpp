// SPDX-License-Identifier: MIT
// How alike two names are, for messages that suggest the nearest one. A pure function; any thread.
#pragma once

#include <cstddef>
#include <string_view>

namespace ckptlite {

/// How many bytes have to be inserted, removed or replaced to turn one text into the other. Takes
/// a.size() * b.size() steps.
std::size_t edit_distance(std::string_view a, std::string_view b);

}  // namespace ckptlite
