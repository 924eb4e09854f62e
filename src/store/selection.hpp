// SPDX-License-Identifier: MIT
// Finds the checkpoint that a selector names, and says what there is instead if it is not there.
// Reads from one snapshot, which it takes on the connection.
#pragma once

#include <string_view>

#include "ckptlite/error.hpp"
#include "ckptlite/records.hpp"
#include "ckptlite/selector.hpp"
#include "db/connection.hpp"

namespace ckptlite::detail {

/// Store::find.
CheckpointInfo find_selected(const db::Connection& connection, const Selector& selector,
                             CheckpointFilter filter);

/// Names the tags there are, the nearest first.
NotFound tag_not_found(const db::Connection& connection, std::string_view tag);

}  // namespace ckptlite::detail
