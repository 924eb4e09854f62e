// SPDX-License-Identifier: MIT
// Stepping down a tree with the path in hand. Pure functions; any thread.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "ckptlite/tree.hpp"
#include "tree/path.hpp"

namespace ckptlite::pytree {

template <typename Visit>
class ChildVisitor {
public:
    ChildVisitor(std::string& path, Visit& visit) : path_(path), visit_(visit) {}

    void operator()(const Dict& dict) {
        for (const DictEntry& entry : dict) {
            append_key(path_, entry.key);
            step_into(entry.value);
        }
    }
    void operator()(const List& list) { items(list.items); }
    void operator()(const Tuple& tuple) { items(tuple.items); }
    void operator()(const NamedTuple& named_tuple) {
        for (const NamedTupleField& field : named_tuple.fields) {
            append_field(path_, field.name);
            step_into(field.value);
        }
    }
    void operator()(const auto& /*none or leaf*/) {}

private:
    void items(const std::vector<Tree>& items) {
        for (std::size_t i = 0; i < items.size(); ++i) {
            append_index(path_, i);
            step_into(items[i]);
        }
    }
    void step_into(const Tree& child) {
        visit_(child);
        path_.resize(size_);
    }

    std::string& path_;
    Visit& visit_;
    std::size_t size_ = path_.size();
};

/// Calls visit(child) for every child in order; meanwhile `path`, the path of `node`, is the
/// child's.
template <typename Visit>
void for_each_child(const Tree& node, std::string& path, Visit visit) {
    std::visit(ChildVisitor<Visit>(path, visit), node.value());
}

/// Throws what for_each_leaf would. A tree that passes may be walked recursively.
void check_tree(const Tree& tree);

}  // namespace ckptlite::pytree
