// SPDX-License-Identifier: MIT
#include "interchange/flat_plan.hpp"

#include <utility>

#include "ckptlite/error.hpp"
#include "interchange/nested_names.hpp"
#include "tree/leaf_kind.hpp"
#include "tree/path.hpp"
#include "tree/scalar_bytes.hpp"

namespace ckptlite::interchange {
namespace {

std::string with_article(std::string_view noun) {
    const bool vowel = !noun.empty() && std::string_view("aeiou").find(noun.front()) != noun.npos;
    return (vowel ? "an " : "a ") + std::string(noun);
}

/// "" for what lies directly below kMetadataKey is no key.
std::optional<std::string> metadata_key(const std::string& path) {
    const std::string start = "/" + std::string(kMetadataKey) + "/";
    if (!path.starts_with(start)) return std::nullopt;
    const std::string_view token = std::string_view(path).substr(start.size());
    if (token.find('/') != token.npos) return std::nullopt;
    const auto key = pytree::parse_key(token);
    if (!key || key->is_integer()) return std::nullopt;
    return key->text();
}

}  // namespace

std::optional<DType> wider_dtype(DType dtype) noexcept {
    switch (dtype) {
        case DType::int4:
            return DType::int8;
        case DType::uint4:
            return DType::uint8;
        case DType::bfloat16:
        case DType::float8_e4m3fn:
        case DType::float8_e5m2:
        case DType::float8_e4m3fnuz:
        case DType::float8_e5m2fnuz:
        case DType::float8_e4m3b11fnuz:
            return DType::float32;
        default:
            return std::nullopt;
    }
}

void FlatPlanner::add(const StoredTree& stored) {
    LeafNames names = flat_names(stored.tree, options_.separator);
    for (std::string& line : names.lost) lose(std::move(line));
    for (const LeafName& leaf : names.leaves) add_leaf(leaf.path, leaf.name, *leaf.leaf, stored);
}

ExportPlan FlatPlanner::finish() {
    if (!impossible_.empty()) {
        throw TypeError(format_ + " cannot hold this, nor anything it could be converted to",
                        std::move(impossible_), options_.where);
    }
    if (!options_.convert && !plan_.changes.empty()) {
        throw TypeError(format_ +
                            " cannot hold this tree as it is; --convert converts what can be "
                            "converted, --root PATH exports a part",
                        std::move(plan_.changes), options_.where);
    }
    return std::move(plan_);
}

void FlatPlanner::add_leaf(const std::string& path, const std::string& name, const Tree& leaf,
                           const StoredTree& stored) {
    if (is_metadata(path, leaf)) return;
    PlannedTensor tensor{.path = path, .name = name};
    if (const auto* const scalar = std::get_if<Scalar>(&leaf.value())) {
        return add_scalar(std::move(tensor), *scalar);
    }
    const TensorType& type = stored.tensors.at(path);
    tensor.stored = type.dtype;
    tensor.shape = type.shape;
    add_typed(std::move(tensor), "");
}

bool FlatPlanner::is_metadata(const std::string& path, const Tree& leaf) {
    const auto* const scalar = std::get_if<Scalar>(&leaf.value());
    if (!take_metadata || scalar == nullptr) return false;
    const auto* const text = std::get_if<std::string>(&scalar->value());
    const auto key = metadata_key(path);
    if (text == nullptr || !key) return false;
    take_metadata(*key, *text);
    return true;
}

void FlatPlanner::add_scalar(PlannedTensor tensor, const Scalar& scalar) {
    const pytree::LeafKind kind = pytree::kind_of(Tree(scalar));
    const std::string what = with_article(pytree::kind_name(kind));
    if (const auto* const text = std::get_if<std::string>(&scalar.value())) {
        if (take_string && take_string(tensor.name, *text)) {
            return lose(tensor.path + ": a string becomes text in the metadata");
        }
    }
    const auto dtype = pytree::scalar_dtype(kind);
    if (!dtype) {
        impossible_.push_back(pytree::path_text(tensor.path) + ": " + what);
        return;
    }
    tensor.stored = *dtype;
    tensor.value = pytree::scalar_to_bytes(scalar);
    add_typed(std::move(tensor), what + " becomes a 0-d ");
}

void FlatPlanner::add_typed(PlannedTensor tensor, const std::string& change) {
    const auto dtype =
        has_dtype_(tensor.stored) ? std::optional(tensor.stored) : wider_dtype(tensor.stored);
    const std::string where = pytree::path_text(tensor.path) + ": ";
    if (!dtype || !has_dtype_(*dtype)) {
        impossible_.push_back(where + "the dtype " + std::string(dtype_name(tensor.stored)));
        return;
    }
    tensor.dtype = *dtype;
    const std::string name(dtype_name(*dtype));
    if (!change.empty()) {
        lose(where + change + name);
    } else if (tensor.dtype != tensor.stored) {
        lose(where + std::string(dtype_name(tensor.stored)) + " becomes " + name);
    }
    plan_.tensors.push_back(std::move(tensor));
}

void FlatPlanner::lose(std::string line) {
    plan_.changes.push_back(std::move(line));
}

}  // namespace ckptlite::interchange
