// SPDX-License-Identifier: MIT
#include "cli/leaf_tree.hpp"

#include <algorithm>
#include <string_view>

namespace ckptlite::cli {
namespace {

/// RFC 6901.
std::string unescaped(std::string_view token) {
    std::string out;
    for (std::size_t i = 0; i < token.size(); ++i) {
        const bool escape = token[i] == '~' && i + 1 < token.size();
        out += !escape ? token[i] : token[++i] == '1' ? '/' : '~';
    }
    return out;
}

std::vector<std::string> tokens_of(std::string_view path) {
    std::vector<std::string> tokens;
    while (!path.empty()) {
        path.remove_prefix(1);
        const std::size_t end = std::min(path.find('/'), path.size());
        tokens.push_back(unescaped(path.substr(0, end)));
        path.remove_prefix(end);
    }
    return tokens;
}

void add_to(LeafNode& node, const LeafInfo& leaf) {
    ++node.n_leaves;
    node.nbytes += leaf.nbytes;
    node.stored_nbytes += leaf.stored_nbytes;
}

}  // namespace

std::vector<LeafNode> leaf_tree(const std::vector<LeafInfo>& leaves, std::size_t max_depth) {
    std::vector<LeafNode> nodes;
    std::vector<std::string> open;        // tokens of the inner nodes around the current place,
    std::vector<std::size_t> open_nodes;  // and where these nodes are
    for (const LeafInfo& leaf : leaves) {
        const std::vector<std::string> tokens = tokens_of(leaf.path);
        const std::size_t n_inner = tokens.empty() ? 0 : tokens.size() - 1;
        const std::size_t n_shown = max_depth == 0 ? n_inner : std::min(n_inner, max_depth);
        const auto [differs, unused] =
            std::mismatch(open.begin(), open.end(), tokens.begin(),
                          tokens.begin() + static_cast<std::ptrdiff_t>(n_shown));
        open.erase(differs, open.end());
        open_nodes.resize(open.size());
        while (open.size() < n_shown) {
            nodes.push_back({.name = tokens[open.size()], .depth = open.size()});
            open_nodes.push_back(nodes.size() - 1);
            open.push_back(tokens[open.size()]);
        }
        for (const std::size_t node : open_nodes) add_to(nodes[node], leaf);
        if (n_shown < n_inner || (max_depth > 0 && n_inner >= max_depth)) continue;
        nodes.push_back(
            {.name = tokens.empty() ? "(the whole tree)" : tokens.back(), .depth = n_inner});
        nodes.back().leaf = &leaf;
        add_to(nodes.back(), leaf);
    }
    return nodes;
}

}  // namespace ckptlite::cli
