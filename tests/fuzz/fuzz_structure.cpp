// SPDX-License-Identifier: MIT
// Any text as tree.structure: it is refused as Corrupt, or it is a tree that a writer could have
// had, whose own structure reads back as the same tree.
#include <string>

#include "ckptlite/error.hpp"
#include "fuzz/fuzz_target.hpp"
#include "tree/structure.hpp"

namespace ckptlite::pytree {
namespace {

using fuzz::require;

/// The n-th leaf is the number n, so that leaves in another order are noticed.
Tree numbered(std::string_view json, std::vector<std::string>& paths) {
    return tree_from_structure(json, [&](const std::string& path) {
        paths.push_back(path);
        return Tree(static_cast<std::int64_t>(paths.size()));
    });
}

void check_paths(const Tree& tree, const std::vector<std::string>& paths) {
    std::size_t n = 0;
    for_each_leaf(tree, [&](const std::string& path, const Tree& leaf) {
        require(n < paths.size() && paths[n] == path);
        require(leaf.scalar().as<std::int64_t>() == static_cast<std::int64_t>(++n));
        require(tree.at(path) == leaf);
    });
    require(n == paths.size());
}

/// Every second leaf; those that are there are where they are in the whole.
void check_part(std::string_view json, const Tree& whole, std::size_t n_leaves) {
    std::int64_t n = 0;
    const auto part = part_from_structure(json, [&](const std::string&) -> std::optional<Tree> {
        if (++n % 2 == 0) return std::nullopt;
        return Tree(n);
    });
    require(n == static_cast<std::int64_t>(n_leaves) && part.has_value() == (n > 0));
    if (!part) return;
    for_each_leaf(
        *part, [&](const std::string& path, const Tree& leaf) { require(whole.at(path) == leaf); });
}

void check(std::string_view json) {
    std::vector<std::string> paths;
    Tree tree;
    try {
        tree = numbered(json, paths);
    } catch (const Corrupt&) {
        return;
    }
    require(leaf_paths(json) == paths);
    check_paths(tree, paths);
    check_part(json, tree, paths.size());
    const std::string own = structure_json(tree);
    std::vector<std::string> own_paths;
    require(numbered(own, own_paths) == tree && own_paths == paths);
    require(structure_json(tree) == own);
}

}  // namespace
}  // namespace ckptlite::pytree

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    ckptlite::fuzz::Input input(data, size);
    ckptlite::pytree::check(input.text());
    return 0;
}
