// SPDX-License-Identifier: MIT
#include "store/leaf_source.hpp"

#include "ckptlite/error.hpp"
#include "format/element_layout.hpp"
#include "tree/leaf_kind.hpp"
#include "tree/scalar_bytes.hpp"

namespace ckptlite::detail {

LeafSources::LeafSources(const Tree& tree) {
    for_each_leaf(tree,
                  [this](const std::string& path, const Tree& leaf) { add(path, leaf, nullptr); });
}

LeafSources::LeafSources(const interchange::FileTree& found) {
    for_each_leaf(found.tree, [&](const std::string& path, const Tree& leaf) {
        const auto tensor = found.tensors.find(path);
        add(path, leaf, tensor == found.tensors.end() ? nullptr : &tensor->second);
    });
}

void LeafSources::set_tensor(LeafSource& source, DType dtype, const Shape& shape) {
    source.row.dtype = dtype_name(dtype);
    source.row.shape = shape_text(shape);
    source.row.nbytes = nbytes_of(dtype, shape);
    source.elements = dtype;
    source.layout = format::element_layout(dtype);
}

void LeafSources::add(const std::string& path, const Tree& leaf,
                      const interchange::FileTensor* in_file) {
    const pytree::LeafKind kind = pytree::kind_of(leaf);
    LeafSource source;
    source.row.path = path;
    source.row.kind = pytree::kind_name(kind);
    if (in_file != nullptr) {
        set_tensor(source, in_file->dtype, in_file->shape);
        source.read = in_file->read;
        source.read_in_order = in_file->in_order;
    } else if (kind == pytree::LeafKind::tensor) {
        const Tensor& tensor = leaf.tensor();
        set_tensor(source, tensor.dtype(), tensor.shape());
        source.bytes = tensor.bytes();
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
