// SPDX-License-Identifier: MIT
// A tree as flax.serialization writes it: lists and tuples as maps with the keys "0", "1", ...,
// namedtuples as maps with their fields. Pure; any thread.
#pragma once

#include "interchange/export_plan.hpp"

namespace ckptlite::interchange {

/// Everything a tree holds has a place. `changes` say which containers only a template brings back.
ExportPlan plan_msgpack(const StoredTree& stored);

}  // namespace ckptlite::interchange
