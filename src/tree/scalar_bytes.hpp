// SPDX-License-Identifier: MIT
// Plain scalars as the bytes the file stores.
//
// int: 8 bytes, two's complement; float: 8 bytes, IEEE double; bool: 1 byte, 0 or 1; complex: 16
// bytes, real part first; all little endian. string: its UTF-8; bytes: as they are. Every bit of a
// float survives, NaN payloads and -0.0 included. Pure functions; any thread.
#pragma once

#include "base/bytes.hpp"
#include "ckptlite/tree.hpp"
#include "tree/leaf_kind.hpp"

namespace ckptlite::pytree {

/// Throws InvalidArgument for a string that is not UTF-8.
Bytes scalar_to_bytes(const Scalar& scalar);

/// Throws Corrupt if no scalar of this kind has these bytes, InvalidArgument for LeafKind::tensor.
Scalar scalar_from_bytes(LeafKind kind, ByteView bytes);

}  // namespace ckptlite::pytree
