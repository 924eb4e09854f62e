// SPDX-License-Identifier: MIT
// The two ways to interrupt an operation everywhere. Both begin with the folder `base` each time
// and check what is left; fork with no store open.
#pragma once

#include <random>
#include <vector>

#include "faults/check_after.hpp"
#include "support/io_log.hpp"

namespace ckptlite::test {

/// What the operation does to the files of `base`.
std::vector<IoEvent> log_of(const Operation& operation, const FolderImage& base);

/// Runs it in children, each of which dies instead of a later call: the first, and then every
/// `stride`-th.
void kill_at_every_call(const Operation& operation, const FolderImage& base, Tally& tally,
                        std::uint64_t stride = 1);

/// Up to `states` different folders that a loss of power leaves, for each of its moments.
void lose_power(const Operation& operation, const FolderImage& base, std::size_t states,
                std::mt19937_64& random, Tally& tally);

}  // namespace ckptlite::test
