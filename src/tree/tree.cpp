// SPDX-License-Identifier: MIT
#include "ckptlite/tree.hpp"

#include <algorithm>
#include <limits>

#include "ckptlite/error.hpp"
#include "tree/leaf_kind.hpp"
#include "tree/path.hpp"

namespace ckptlite {
namespace {

template <typename T>
const T& as(const Tree& node, std::string_view wanted) {
    if (const T* held = std::get_if<T>(&node.value())) return *held;
    throw TypeError("This node is a " + std::string(pytree::node_name(node)) + ", not a " +
                    std::string(wanted) + ".");
}

const Tree* item_at(const std::vector<Tree>& items, std::string_view token) {
    const auto index = pytree::parse_index(token);
    return index && *index < items.size() ? &items[*index] : nullptr;
}

/// The child that a token names; nullptr if there is none.
struct Child {
    std::string_view token;

    const Tree* operator()(const Dict& dict) const {
        const auto key = pytree::parse_key(token);
        return key ? dict.find(*key) : nullptr;
    }
    const Tree* operator()(const List& list) const { return item_at(list.items, token); }
    const Tree* operator()(const Tuple& tuple) const { return item_at(tuple.items, token); }
    const Tree* operator()(const NamedTuple& named_tuple) const {
        const std::string name = pytree::unescape(token);
        const auto field = std::ranges::find(named_tuple.fields, name, &NamedTupleField::name);
        return field == named_tuple.fields.end() ? nullptr : &field->value;
    }
    const Tree* operator()(const auto& /*none or leaf*/) const { return nullptr; }
};

}  // namespace

bool operator==(const List& a, const List& b) {
    return a.items == b.items;
}

bool operator==(const Tuple& a, const Tuple& b) {
    return a.items == b.items;
}

bool operator==(const NamedTuple& a, const NamedTuple& b) {
    return a.type == b.type && a.fields == b.fields;
}

bool operator==(const Tree& a, const Tree& b) {
    return a.value_ == b.value_;
}

Tree::Tree() = default;
Tree::~Tree() = default;
Tree::Tree(const Tree&) = default;
Tree::Tree(Tree&&) noexcept = default;
Tree& Tree::operator=(const Tree&) = default;
Tree& Tree::operator=(Tree&&) noexcept = default;

Tree::Tree(None) {}
Tree::Tree(Dict dict) : value_(std::move(dict)) {}
Tree::Tree(List list) : value_(std::move(list)) {}
Tree::Tree(Tuple tuple) : value_(std::move(tuple)) {}
Tree::Tree(NamedTuple named_tuple) : value_(std::move(named_tuple)) {}
Tree::Tree(Tensor tensor) : value_(std::move(tensor)) {}
Tree::Tree(Scalar scalar) : value_(std::move(scalar)) {}
Tree::Tree(std::complex<double> value) : Tree(Scalar(value)) {}
Tree::Tree(std::string value) : Tree(Scalar(std::move(value))) {}
Tree::Tree(const char* value) : Tree(std::string(value)) {}
Tree::Tree(Bytes value) : Tree(Scalar(std::move(value))) {}

Tree Tree::from_integer(bool negative, std::uint64_t bits) {
    if (!negative && bits > std::uint64_t{std::numeric_limits<std::int64_t>::max()})
        throw InvalidArgument("The integer " + std::to_string(bits) +
                              " does not fit a signed 64-bit scalar; store it as a tensor.");
    return Scalar(Scalar::Value(static_cast<std::int64_t>(bits)));
}

bool Tree::is_leaf() const noexcept {
    return std::holds_alternative<Tensor>(value_) || std::holds_alternative<Scalar>(value_);
}

const Dict& Tree::dict() const {
    return as<Dict>(*this, "dict");
}

const List& Tree::list() const {
    return as<List>(*this, "list");
}

const Tuple& Tree::tuple() const {
    return as<Tuple>(*this, "tuple");
}

const NamedTuple& Tree::named_tuple() const {
    return as<NamedTuple>(*this, "namedtuple");
}

const Tensor& Tree::tensor() const {
    return as<Tensor>(*this, "tensor");
}

const Scalar& Tree::scalar() const {
    return as<Scalar>(*this, "scalar");
}

const Tree& Tree::at(std::string_view path) const {
    const Tree* node = this;
    std::string reached;
    for (const std::string_view token : pytree::split(path)) {
        const Tree* child = std::visit(Child{token}, node->value_);
        if (child == nullptr)
            throw NotFound("There is no '" + std::string(token) + "' in the " +
                           std::string(pytree::node_name(*node)) + " at '" + reached + "'.");
        node = child;
        reached.append("/").append(token);
    }
    return *node;
}

}  // namespace ckptlite
