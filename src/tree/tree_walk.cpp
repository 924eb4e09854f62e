// SPDX-License-Identifier: MIT
#include "tree/tree_walk.hpp"

#include <algorithm>
#include <string_view>

#include "base/limits.hpp"
#include "base/utf8.hpp"
#include "ckptlite/error.hpp"

namespace ckptlite {
namespace {

using LeafVisit = std::function<void(const std::string& path, const Tree& leaf)>;

/// Refuses names that JSON and SQL text could not give back.
struct NameCheck {
    const std::string& path;

    void operator()(const Dict& dict) const {
        for (const DictEntry& entry : dict)
            if (!entry.key.is_integer()) check("dict key", entry.key.text());
    }
    void operator()(const NamedTuple& named_tuple) const {
        check("namedtuple's type name", named_tuple.type);
        std::vector<std::string_view> names;
        for (const NamedTupleField& field : named_tuple.fields) {
            check("field name", field.name);
            names.push_back(field.name);
        }
        std::ranges::sort(names);
        const auto twin = std::ranges::adjacent_find(names);
        if (twin != names.end()) refuse("has two fields named '" + std::string(*twin) + "'");
    }
    void operator()(const auto& /*no names*/) const {}

private:
    void check(const char* what, std::string_view name) const {
        if (!is_valid_utf8(name)) refuse("has a " + std::string(what) + " that is not UTF-8");
        if (name.find('\0') != name.npos)
            refuse("has a " + std::string(what) + " with a NUL character");
    }
    [[noreturn]] void refuse(const std::string& what) const {
        throw InvalidArgument("The node at " + pytree::path_text(path) + " " + what +
                              "; it cannot be stored.");
    }
};

class Walk {
public:
    explicit Walk(const LeafVisit& visit) : visit_(visit) {}

    void node(const Tree& tree, std::size_t depth) {
        check_limits(depth);
        if (tree.is_leaf()) {
            if (++leaves_ > limits::kLeaves) refuse("more leaves", limits::kLeaves);
            visit_(path_, tree);
            return;
        }
        std::visit(NameCheck{path_}, tree.value());
        pytree::for_each_child(tree, path_, [&](const Tree& child) { node(child, depth + 1); });
    }

private:
    void check_limits(std::size_t depth) {
        if (depth > limits::kDepth) refuse("more levels", limits::kDepth);
        if (path_.size() > limits::kPathBytes) refuse("a longer path", limits::kPathBytes);
        if (++nodes_ > limits::kNodes) refuse("more nodes", limits::kNodes);
    }
    [[noreturn]] void refuse(const std::string& what, std::uint64_t limit) const {
        throw InvalidArgument("At " + shown_path() + ", the tree has " + what +
                              " than can be stored; the limit is " + std::to_string(limit) + ".");
    }
    /// An overlong path would drown the message.
    std::string shown_path() const {
        constexpr std::size_t kShown = 200;
        if (path_.size() <= kShown) return pytree::path_text(path_);
        return path_.substr(0, kShown) + "...";
    }

    const LeafVisit& visit_;
    std::string path_;
    std::uint64_t leaves_ = 0;
    std::uint64_t nodes_ = 0;
};

}  // namespace

void for_each_leaf(const Tree& tree, const LeafVisit& visit) {
    Walk(visit).node(tree, 0);
}

void pytree::check_tree(const Tree& tree) {
    for_each_leaf(tree, [](const std::string&, const Tree&) {});
}

}  // namespace ckptlite
