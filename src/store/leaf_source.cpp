// SPDX-License-Identifier: MIT
#include "store/leaf_source.hpp"

#include <algorithm>

#include "ckptlite/error.hpp"
#include "format/element_layout.hpp"
#include "tree/leaf_kind.hpp"
#include "tree/scalar_bytes.hpp"

namespace ckptlite::detail {

void LeafSource::copy_to(std::span<std::byte> out, std::uint64_t first_byte) const {
    if (strided != nullptr)
        strided->copy_to(out, first_byte);
    else
        std::ranges::copy(bytes.subspan(first_byte, out.size()), out.begin());
}

LeafSources::LeafSources(const Tree& tree) {
    for_each_leaf(tree, [this](const std::string& path, const Tree& leaf) { add(path, leaf); });
}

void LeafSources::add(const std::string& path, const Tree& leaf) {
    const pytree::LeafKind kind = pytree::kind_of(leaf);
    LeafSource source;
    source.row.path = path;
    source.row.kind = pytree::kind_name(kind);
    if (kind == pytree::LeafKind::tensor) {
        const Tensor& tensor = leaf.tensor();
        source.row.dtype = dtype_name(tensor.dtype());
        source.row.shape = shape_text(tensor.shape());
        source.row.nbytes = tensor.nbytes();
        if (tensor.is_contiguous())
            source.bytes = tensor.bytes();
        else
            source.strided = &tensor;
        source.elements = tensor.dtype();
        source.layout = format::element_layout(tensor.dtype());
    } else {
        try {
            scalars_.push_back(pytree::scalar_to_bytes(leaf.scalar()));
        } catch (const InvalidArgument& error) {
            throw InvalidArgument(error.message(), {.leaf = path});
        }
        source.bytes = scalars_.back();
        source.row.nbytes = source.bytes.size();
        source.elements = pytree::scalar_dtype(kind);
    }
    nbytes_ += source.row.nbytes;
    sources_.push_back(std::move(source));
}

}  // namespace ckptlite::detail
