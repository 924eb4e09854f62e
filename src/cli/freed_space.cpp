// SPDX-License-Identifier: MIT
#include "cli/freed_space.hpp"

#include <algorithm>
#include <iostream>

#include "cli/output.hpp"

namespace ckptlite::cli {

FreedSpace::FreedSpace(const Store& store)
    : store_(store), before_(store.plan_compact().reclaimable()) {}

std::uint64_t FreedSpace::nbytes() const {
    const std::uint64_t now = store_.plan_compact().reclaimable();
    return now - std::min(now, before_);
}

void print_freed(std::size_t n_deleted, std::uint64_t nbytes) {
    std::cout << counted(n_deleted, "checkpoint", "checkpoints") << " deleted; "
              << size_text(nbytes) << " became free inside the file, for later saves or for "
              << "`ckptlite compact`\n";
}

}  // namespace ckptlite::cli
