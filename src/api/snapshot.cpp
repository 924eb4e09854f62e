// SPDX-License-Identifier: MIT
#include "api/snapshot.hpp"

#include <string>

namespace ckptlite::detail {
namespace {

constexpr std::size_t kAlignment = 64;

std::size_t aligned(std::size_t nbytes) {
    return (nbytes + kAlignment - 1) / kAlignment * kAlignment;
}

std::size_t bytes_of_tensors(const Tree& tree) {
    std::size_t nbytes = 0;
    for_each_leaf(tree, [&nbytes](const std::string&, const Tree& leaf) {
        const Tensor* const tensor = std::get_if<Tensor>(&leaf.value());
        if (tensor != nullptr && tensor->is_borrowed()) nbytes += aligned(tensor->nbytes());
    });
    return nbytes;
}

/// Copies the bytes of each borrowed tensor to `to` and makes the tensor borrow them there.
class TensorCopier {
public:
    explicit TensorCopier(std::byte* to) : to_(to) {}

    void visit(Tree& tree) { std::visit(*this, tree.value()); }

    void operator()(Tensor& tensor) {
        if (!tensor.is_borrowed()) return;  // nobody changes its bytes
        const std::span<std::byte> copy(to_, tensor.nbytes());
        tensor.copy_to(copy);
        tensor = Tensor::borrow(tensor.dtype(), tensor.shape(), copy);
        to_ += aligned(copy.size());
    }
    void operator()(Dict& dict) {
        for (const DictEntry& entry : dict) visit(dict[entry.key]);
    }
    void operator()(List& list) { items(list.items); }
    void operator()(Tuple& tuple) { items(tuple.items); }
    void operator()(NamedTuple& named_tuple) {
        for (NamedTupleField& field : named_tuple.fields) visit(field.value);
    }
    void operator()(None&) {}
    void operator()(Scalar&) {}

private:
    void items(std::vector<Tree>& items) {
        for (Tree& item : items) visit(item);
    }

    std::byte* to_;
};

}  // namespace

void Snapshot::take(const Tree& tree) {
    clear();
    reserve(bytes_of_tensors(tree));
    tree_ = tree;
    TensorCopier(buffer_.get()).visit(tree_);
}

void Snapshot::reserve(std::size_t nbytes) {
    if (nbytes <= capacity_) return;
    // Given back first, so that both are never held at once.
    buffer_.reset();
    capacity_ = 0;
    buffer_ = allocate_bytes(nbytes);
    capacity_ = nbytes;
}

}  // namespace ckptlite::detail
