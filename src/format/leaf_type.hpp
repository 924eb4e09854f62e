// SPDX-License-Identifier: MIT
// What a row of `leaf` declares, checked before anything is allocated. Pure functions; any thread.
#pragma once

#include "ckptlite/tensor.hpp"
#include "format/rows.hpp"
#include "tree/leaf_kind.hpp"

namespace ckptlite::format {

/// Kind, dtype and shape exist, and nbytes is what they need.
struct LeafType {
    pytree::LeafKind kind = pytree::LeafKind::tensor;
    DType dtype = DType::uint8;  ///< tensors only
    Shape shape{};               ///< tensors only
};

/// Throws Corrupt.
LeafType leaf_type(const LeafRow& row);

}  // namespace ckptlite::format
