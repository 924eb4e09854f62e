// SPDX-License-Identifier: MIT
// Trees to test with: every container kind, dtype and scalar kind, and keys that are hard to quote.
// The trees own their memory. Functions of their arguments only: the same seed, the same tree.
#pragma once

#include <random>
#include <string>
#include <vector>

#include "ckptlite/tree.hpp"

namespace ckptlite::test {

/// A dict at the top, a few levels, some tens of leaves. Tensors have any dtype, ranks 0 to 5 and
/// sometimes an extent of 0; their bytes are random where the dtype allows (NaNs of all kinds).
Tree random_tree(std::mt19937_64& random);

/// A tensor of this dtype and shape with random elements.
Tensor random_tensor(std::mt19937_64& random, DType dtype, Shape shape);

/// Always the same tree: a tensor of each dtype, 0-d and empty tensors, each kind of scalar with
/// its awkward values, each kind of container with and without children, and awkward_keys().
Tree tree_of_every_kind();

/// Keys with '/', '~', '.', quotes, control characters and Unicode, the empty key, and integer
/// keys beside strings that look like their tokens.
std::vector<Key> awkward_keys();

}  // namespace ckptlite::test
