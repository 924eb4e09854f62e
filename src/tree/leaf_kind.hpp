// SPDX-License-Identifier: MIT
// What a leaf is: a tensor or one of the plain scalars, and the names the file gives them.
// Pure functions; any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "ckptlite/tree.hpp"

namespace ckptlite::pytree {

enum class LeafKind : std::uint8_t { tensor, integer, floating, boolean, complex, string, bytes };

/// "tensor", "int", "float", "bool", "complex", "string" or "bytes": the name the file stores.
std::string_view kind_name(LeafKind kind) noexcept;

/// The inverse of kind_name; nothing if no kind has this name.
std::optional<LeafKind> parse_kind(std::string_view name) noexcept;

LeafKind kind_of(const Scalar& scalar) noexcept;

/// Throws InvalidArgument if `leaf` is a container or none.
LeafKind kind_of(const Tree& leaf);

/// The dtype whose elements have the same bytes as a stored scalar of this kind: float64 for
/// float. Nothing for tensor (which has a dtype of its own), string and bytes.
std::optional<DType> scalar_dtype(LeafKind kind) noexcept;

/// "none", "dict", "list", "tuple", "namedtuple", or the kind of the leaf.
std::string_view node_name(const Tree& node) noexcept;

}  // namespace ckptlite::pytree
