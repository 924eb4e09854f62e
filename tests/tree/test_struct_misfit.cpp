// SPDX-License-Identifier: MIT
// Trees that do not fit an object: every difference is named, and nothing has changed.
#include <functional>

#include "ckptlite/error.hpp"
#include "ckptlite/struct_tree.hpp"
#include "support/catch.hpp"
#include "support/sample_structs.hpp"
#include "support/throws.hpp"

namespace ckptlite {
namespace {

using sample::Dense;
using sample::filled_state;
using sample::image_of;
using sample::State;

/// The differences that restoring throws; none if it does not.
template <typename T>
std::vector<std::string> differences_of(const Tree& tree, T& object) {
    try {
        restore_into(tree, object);
    } catch (const TypeError& error) {
        return error.differences();
    }
    return {};
}

using Lines = std::vector<std::string>;

/// The paths of the node and of all below it.
void add_paths(const Tree& tree, const std::string& path, std::vector<std::string>& paths) {
    paths.push_back(path);
    const auto add = [&](const std::string& token) {
        add_paths(tree.at("/" + token), path + "/" + token, paths);
    };
    if (const auto* dict = std::get_if<Dict>(&tree.value()))
        for (const DictEntry& entry : *dict) {
            if (entry.key.is_integer()) add("#" + std::to_string(entry.key.integer()));
            // Those that a path has to escape are in the tests of paths.
            else if (entry.key.text().find_first_of("/~#") == std::string::npos)
                add(entry.key.text());
        }
    if (const auto* node = std::get_if<NamedTuple>(&tree.value()))
        for (const NamedTupleField& field : node->fields) add(field.name);
    std::size_t n = 0;
    if (const auto* list = std::get_if<List>(&tree.value())) n = list->items.size();
    if (const auto* tuple = std::get_if<Tuple>(&tree.value())) n = tuple->items.size();
    for (std::size_t i = 0; i < n; ++i) add(std::to_string(i));
}

/// Changes the node at each path of the tree of a state in turn and restores into another state.
/// `change` says whether there was something to change.
void every_change_is_refused(const std::function<bool(Tree&)>& change) {
    const State source = filled_state(1);
    std::vector<std::string> paths;
    add_paths(to_tree(source), "", paths);
    State target = filled_state(2);
    const Tree image = image_of(target);
    std::size_t n_changed = 0;
    for (const std::string& path : paths) {
        if (path.starts_with("/any")) continue;  // which takes any tree
        Tree tree = to_tree(source);
        if (!change(const_cast<Tree&>(tree.at(path)))) continue;
        INFO("changed at '" << path << "'");
        const Lines lines = differences_of(tree, target);
        REQUIRE(!lines.empty());
        REQUIRE(lines.front().find(path) != std::string::npos);
        REQUIRE(to_tree(target) == image);
        ++n_changed;
    }
    CHECK(n_changed > 10);
}

TEST_CASE("a node of another kind anywhere is refused and changes nothing", "[tree]") {
    every_change_is_refused([](Tree& node) {
        if (std::holds_alternative<Tuple>(node.value()))
            node = List();
        else
            node = Tuple{{1, 2, 3, 4, 5}};
        return true;
    });
}

TEST_CASE("a tensor of another dtype anywhere is refused and changes nothing", "[tree]") {
    every_change_is_refused([](Tree& node) {
        const auto* tensor = std::get_if<Tensor>(&node.value());
        if (tensor == nullptr || tensor->shape() == Shape{2, 3}) return false;  // a Tensor's
        const auto extents = tensor->shape();
        node = Tensor::own(std::vector<std::int8_t>(tensor->size()), extents);
        return true;
    });
}

TEST_CASE("a tensor of another shape is refused where there is memory", "[tree]") {
    every_change_is_refused([](Tree& node) {
        const auto* tensor = std::get_if<Tensor>(&node.value());
        if (tensor == nullptr || tensor->shape() == Shape{2, 3} || tensor->size() == 0)
            return false;
        Shape extents = tensor->shape();
        if (extents.empty())
            extents.push_back(1);
        else
            extents.front() += 1;
        const std::vector<std::byte> bytes(nbytes_of(tensor->dtype(), extents));
        node = Tensor::copy(tensor->dtype(), extents, bytes);
        return true;
    });
}

TEST_CASE("one more field, entry or item is refused where there are some", "[tree]") {
    every_change_is_refused([](Tree& node) {
        if (auto* dict = std::get_if<Dict>(&node.value())) {
            if (dict->empty()) return false;
            (*dict)["one more"] = 1;
        } else if (auto* fields = std::get_if<NamedTuple>(&node.value())) {
            fields->fields.push_back({"one more", 1});
        } else if (auto* tuple = std::get_if<Tuple>(&node.value())) {
            tuple->items.push_back(1);
        } else if (auto* list = std::get_if<List>(&node.value())) {
            if (list->items.empty()) return false;
            list->items.push_back(list->items.front());
        } else {
            return false;
        }
        return true;
    });
}

TEST_CASE("a field or item that is missing is refused", "[tree]") {
    every_change_is_refused([](Tree& node) {
        if (auto* fields = std::get_if<NamedTuple>(&node.value())) {
            if (fields->fields.empty()) return false;
            fields->fields.pop_back();
        } else if (auto* list = std::get_if<List>(&node.value())) {
            if (list->items.empty()) return false;
            list->items.pop_back();
        } else if (auto* tuple = std::get_if<Tuple>(&node.value())) {
            if (tuple->items.empty()) return false;
            tuple->items.pop_back();
        } else {
            return false;
        }
        return true;
    });
}

TEST_CASE("all differences are listed, each with its path", "[tree]") {
    sample::Adam adam{.count = 1, .mu = {{1, 2}, {3}}, .nu = {{}, {}}};
    const Tree image = image_of(adam);
    const Tree tree =
        NamedTuple{"AdamState",
                   {{"mu", Dict{{"kernel", Tensor::own<float>({1, 2, 3}, {3})}, {"scale", 1.0}}},
                    {"nu", Dict{{"kernel", Tensor::own<double>({1}, {1})},
                                {"bias", Tensor::own<float>({1, 2}, {1, 2})}}},
                    {"count", 1.0},
                    {"decay", 0.1}}};
    CHECK(differences_of(tree, adam) ==
          Lines{"type (root): expected Adam, stored AdamState",
                "kind /count: expected int, stored float",
                "shape /mu/kernel: expected [2], stored [3]", "missing /mu/bias",
                "unexpected /mu/scale", "dtype /nu/kernel: expected float32, stored float64",
                "shape /nu/kernel: expected [0], stored [1]",
                "shape /nu/bias: expected [0], stored [1, 2]", "unexpected /decay"});
    CHECK(to_tree(adam) == image);
}

TEST_CASE("maps name the keys that are missing and those that are not theirs", "[tree]") {
    std::map<std::int8_t, int> map{{1, 10}, {2, 20}};
    const Tree tree = Dict{{1, 11}, {300, 1}, {"2", 20}};
    CHECK(differences_of(tree, map) == Lines{"unexpected /#300", "unexpected /2", "missing /#2"});
    CHECK(map == std::map<std::int8_t, int>{{1, 10}, {2, 20}});
    map.clear();
    CHECK(differences_of(tree, map) == Lines{"unexpected /#300", "unexpected /2"});
    CHECK(map.empty());
}

TEST_CASE("an alternative or enumerator that is not known is named beside those that are",
          "[tree]") {
    std::variant<sample::Adam, sample::Sgd, int> optimizer = 7;
    const Tree lion = Dict{{"Sgdm", Dict{}}};
    CHECK(differences_of(lion, optimizer) ==
          Lines{"alternative (root): expected one of Sgd, Adam, int32, stored Sgdm"});
    CHECK(differences_of(Tree(Dict{}), optimizer).size() == 1);
    CHECK(std::get<int>(optimizer) == 7);
    sample::Phase phase = sample::Phase::training;
    CHECK(differences_of(Tree("warm"), phase) ==
          Lines{"value (root): expected one of warmup, training, stored warm"});
    CHECK(phase == sample::Phase::training);
}

TEST_CASE("a misfit in one part leaves empty parts empty", "[tree]") {
    State target;
    const Tree image = image_of(target);
    const State source = filled_state(1);
    Tree tree = to_tree(source);
    const_cast<Tree&>(tree.at("/average/n_")) = "seven";
    CHECK(differences_of(tree, target) ==
          Lines{"kind /average/n_: expected tensor, stored string"});
    CHECK(to_tree(target) == image);
}

}  // namespace
}  // namespace ckptlite
