// SPDX-License-Identifier: MIT
// How much space a deletion made free inside a file. Use from the thread that uses the store.
#pragma once

#include <cstdint>

#include "ckptlite/store.hpp"

namespace ckptlite::cli {

class FreedSpace {
public:
    /// Takes the state before. Keeps a reference to the store.
    explicit FreedSpace(const Store& store);
    /// Since then, as far as nobody else wrote.
    std::uint64_t nbytes() const;

private:
    const Store& store_;
    std::uint64_t before_;
};

/// "2 checkpoints deleted; 1.5 MiB are free inside the file, ...".
void print_freed(std::size_t n_deleted, std::uint64_t nbytes);

}  // namespace ckptlite::cli
