// SPDX-License-Identifier: MIT
#include "format/leaf_type.hpp"

#include "base/limits.hpp"
#include "ckptlite/error.hpp"
#include "format/shape_json.hpp"

namespace ckptlite::format {
namespace {

std::size_t declared_nbytes(DType dtype, const Shape& shape) {
    try {
        return nbytes_of(dtype, shape);
    } catch (const InvalidArgument& error) {
        throw Corrupt(error.message());
    }
}

}  // namespace

LeafType leaf_type(const LeafRow& row) {
    LeafType type;
    const auto kind = pytree::parse_kind(row.kind);
    if (!kind) throw Corrupt("the kind '" + row.kind + "' is unknown");
    type.kind = *kind;
    if (row.nbytes > limits::kLeafBytes) throw Corrupt("the leaf declares too many bytes");
    if (type.kind != pytree::LeafKind::tensor) return type;
    const auto dtype = parse_dtype(row.dtype);
    if (!dtype) throw Corrupt("the dtype '" + row.dtype + "' is unknown");
    type.dtype = *dtype;
    type.shape = parse_shape(row.shape);
    if (declared_nbytes(type.dtype, type.shape) != row.nbytes) {
        throw Corrupt("dtype " + row.dtype + " and shape " + row.shape + " do not take the " +
                      std::to_string(row.nbytes) + " bytes the leaf declares");
    }
    return type;
}

}  // namespace ckptlite::format
