// SPDX-License-Identifier: MIT
#include "ckptlite/restore_plan.hpp"

#include <algorithm>
#include <cstring>
#include <span>
#include <type_traits>
#include <utility>

#include "base/limits.hpp"
#include "tree/buffer_rules.hpp"
#include "tree/leaf_kind.hpp"
#include "tree/path.hpp"
#include "tree/tree_fit.hpp"
#include "tree/tree_walk.hpp"

namespace ckptlite::detail {
namespace {

/// Memory with strides is filled in parts of this size, from anything that is not it.
constexpr std::size_t kPartBytes = 64 << 10;

void copy_elements(const Tensor& from, const TensorBuffer& to) {
    const std::size_t nbytes = from.nbytes();
    if (nbytes == 0) return;
    if (to.strides.empty()) {
        // It may be the same memory: an object that is restored from a tree of its own.
        if (from.is_contiguous())
            std::memmove(to.bytes.data(), from.first(), nbytes);
        else
            from.copy_to(to.bytes);
        return;
    }
    std::vector<std::byte> part(std::min(kPartBytes, nbytes));
    for (std::size_t at = 0; at < nbytes; at += part.size()) {
        const auto bytes = std::span(part).first(std::min(part.size(), nbytes - at));
        from.copy_to(bytes, at);
        pytree::fill(to, at, bytes);
    }
}

}  // namespace

RestorePlan::Step RestorePlan::to_key(const Key& key) {
    const std::size_t size = path_.size();
    pytree::append_key(path_, key);
    return {path_, size};
}

RestorePlan::Step RestorePlan::to_item(std::size_t index) {
    const std::size_t size = path_.size();
    pytree::append_index(path_, index);
    return {path_, size};
}

RestorePlan::Step RestorePlan::to_field(std::string_view name) {
    const std::size_t size = path_.size();
    pytree::append_field(path_, name);
    return {path_, size};
}

void RestorePlan::missing() {
    differences_.push_back("missing " + pytree::path_text(path_));
}

void RestorePlan::unexpected() {
    differences_.push_back("unexpected " + pytree::path_text(path_));
}

void RestorePlan::differ(std::string_view what, std::string_view expected,
                         std::string_view stored) {
    differences_.push_back(pytree::difference_text(what, path_, expected, stored));
}

void RestorePlan::differ_in_kind(std::string_view expected, const Tree& stored) {
    differ("kind", expected, pytree::node_name(stored));
}

std::optional<TensorType> RestorePlan::tensor(const Tree& stored) {
    const Tensor* own = node<Tensor>(stored, "tensor");
    if (own == nullptr) return std::nullopt;
    if (types_ != nullptr) return types_->at(path_);
    return TensorType{own->dtype(), own->shape()};
}

void RestorePlan::fill(TensorBuffer buffer, const TensorType& stored) {
    if (buffer.dtype != stored.dtype) {
        differ("dtype", dtype_name(buffer.dtype), dtype_name(stored.dtype));
    }
    if (buffer.shape != stored.shape) {
        differ("shape", shape_text(buffer.shape), shape_text(stored.shape));
    }
    const std::string problem = pytree::problem_of(buffer);
    if (!problem.empty()) differences_.push_back("memory " + path_ + ": " + problem);
    buffers_.push_back(std::move(buffer));
}

void RestorePlan::fill_new(std::function<TensorBuffer()> make) {
    new_tensors_.push_back(path_);
    makers_.push_back(std::move(make));
}

void RestorePlan::take(const Tree& stored, Tree& target) {
    const auto copy = std::make_shared<Tree>(stored);
    renew_tensors(*copy, copy);
    then([copy, &target] { target = std::move(*copy); });
}

void RestorePlan::renew_tensors(Tree& node, const std::shared_ptr<Tree>& root) {
    std::visit(
        [&]<typename Node>(Node& value) {
            if constexpr (std::is_same_v<Node, Tensor>) {
                fill_new([&node, root, path = path_, type = *tensor(node)] {
                    const std::size_t nbytes = nbytes_of(type.dtype, type.shape);
                    const auto memory = allocate_bytes(nbytes);
                    const std::span bytes(memory.get(), nbytes);
                    node = Tensor::adopt(type.dtype, type.shape, bytes, memory);
                    return TensorBuffer{path, type.dtype, type.shape, bytes};
                });
            } else if constexpr (std::is_same_v<Node, Dict>) {
                for (const DictEntry& entry : value) {
                    const Step step = to_key(entry.key);
                    renew_tensors(value[entry.key], root);
                }
            } else if constexpr (std::is_same_v<Node, NamedTuple>) {
                for (NamedTupleField& field : value.fields) {
                    const Step step = to_field(field.name);
                    renew_tensors(field.value, root);
                }
            } else if constexpr (std::is_same_v<Node, List> || std::is_same_v<Node, Tuple>) {
                for (std::size_t i = 0; i < value.items.size(); ++i) {
                    const Step step = to_item(i);
                    renew_tensors(value.items[i], root);
                }
            }
        },
        node.value());
}

void RestorePlan::then(std::function<void()> action) {
    actions_.push_back(std::move(action));
}

void RestorePlan::require_fit(const ErrorContext& where) const {
    if (differences_.empty()) return;
    throw TypeError("What is stored does not fit the program's objects:", differences_, where);
}

std::vector<TensorBuffer> RestorePlan::buffers() {
    for (const auto& make : makers_) buffers_.push_back(make());
    return std::move(buffers_);
}

void RestorePlan::finish() {
    for (const auto& action : actions_) action();
}

void restore_from_tree(const Tree& tree, const std::function<void(RestorePlan&)>& make_plan) {
    pytree::check_tree(tree);
    RestorePlan plan;
    make_plan(plan);
    plan.require_fit();
    for (const TensorBuffer& buffer : plan.buffers()) {
        copy_elements(tree.at(buffer.path).tensor(), buffer);
    }
    plan.finish();
}

Level Level::below() const {
    if (depth_ == limits::kDepth) {
        throw InvalidArgument("The objects have more levels than can be stored; the limit is " +
                              std::to_string(limits::kDepth) + ".");
    }
    Level level;
    level.depth_ = depth_ + 1;
    return level;
}

}  // namespace ckptlite::detail
