// SPDX-License-Identifier: MIT
#include "interchange/nested_names.hpp"

#include <algorithm>
#include <unordered_map>
#include <utility>

#include "base/limits.hpp"
#include "base/utf8.hpp"
#include "ckptlite/error.hpp"
#include "tree/path.hpp"
#include "tree/tree_walk.hpp"

namespace ckptlite::interchange {
namespace {

std::vector<std::string> parts_of(std::string_view name, std::string_view separator) {
    std::vector<std::string> parts;
    while (!separator.empty()) {
        const std::size_t at = name.find(separator);
        if (at == name.npos) break;
        parts.emplace_back(name.substr(0, at));
        name.remove_prefix(at + separator.size());
    }
    parts.emplace_back(name);
    return parts;
}

class Nester {
public:
    Nester(std::string_view separator, const std::string& file)
        : separator_(separator), file_(file) {
        out_.tree = Dict();
    }

    void add(NamedTensor named) {
        const std::string& name = named.name;
        if (!is_valid_utf8(name)) refuse("a tensor's name is not UTF-8", name);
        if (name.find('\0') != name.npos) refuse("a tensor's name holds a NUL character", name);
        const auto parts = parts_of(name, separator_);
        if (parts.size() >= limits::kDepth) {
            refuse("a name of " + std::to_string(parts.size()) +
                       " parts is deeper than a tree can be; another separator, or none, keeps it "
                       "in one piece",
                   name);
        }
        auto [path, place] = insert(parts, name);
        *place = Tensor();
        out_.tensors.emplace(std::move(path), std::move(named.tensor));
    }

    void add(const std::string& key, const std::string& value) {
        *insert({std::string(kMetadataKey), key}, key).second = value;
    }

    FileTree finish() { return std::move(out_); }

private:
    std::pair<std::string, Tree*> insert(const std::vector<std::string>& parts,
                                         const std::string& name) {
        Tree* node = &out_.tree;
        std::string path;
        for (const std::string& part : parts) {
            if (node->is_none()) *node = Dict();
            Dict* const dict = std::get_if<Dict>(&node->value());
            if (dict == nullptr)
                refuse("another tensor's name is the beginning of this one" + hint(), name);
            node = &(*dict)[part];
            pytree::append_key(path, part);
        }
        if (std::holds_alternative<Dict>(node->value())) {
            refuse("this tensor's name is the beginning of another one" + hint(), name);
        }
        if (!node->is_none()) refuse("two tensors have this name", name);
        return {std::move(path), node};
    }

    static std::string hint() { return "; --separator '' keeps names in one piece"; }
    [[noreturn]] void refuse(const std::string& why, const std::string& name) const {
        throw InvalidArgument(why, {.file = file_, .leaf = name});
    }

    const std::string_view separator_;
    const std::string& file_;
    FileTree out_;
};

/// Walks down with path and name in hand. The tree has passed check_tree().
class Namer {
public:
    explicit Namer(std::string_view separator) : separator_(separator) {}

    void visit(const Tree& node, const std::string& path, const std::string& name) {
        if (node.is_leaf()) return add(node, path, name);
        note(node, path);
        const auto* const dict = std::get_if<Dict>(&node.value());
        if (dict != nullptr) return visit_entries(*dict, path, name);
        std::string child_path = path;
        pytree::for_each_child(node, child_path, [&](const Tree& child) {
            const std::string_view token = std::string_view(child_path).substr(path.size() + 1);
            visit(child, child_path, joined(path, name, pytree::unescape(token)));
        });
    }

    LeafNames finish() { return std::move(out_); }

private:
    void visit_entries(const Dict& dict, const std::string& path, const std::string& name) {
        for (const DictEntry& entry : dict) {
            std::string child_path = path;
            pytree::append_key(child_path, entry.key);
            const bool is_number = entry.key.is_integer();
            if (is_number && !numbers_noted_) {
                out_.lost.push_back(pytree::path_text(child_path) +
                                    ": the integer key becomes text, as all others do");
                numbers_noted_ = true;
            }
            visit(entry.value, child_path,
                  joined(path, name,
                         is_number ? std::to_string(entry.key.integer()) : entry.key.text()));
        }
    }

    std::string joined(const std::string& path, const std::string& name,
                       const std::string& token) const {
        return path.empty() ? token : name + std::string(separator_) + token;
    }

    void note(const Tree& node, const std::string& path) {
        const Tree::Value& value = node.value();
        const auto lose = [&](const std::string& what) {
            out_.lost.push_back(pytree::path_text(path) + ": " + what);
        };
        if (node.is_none()) lose("none is left out");
        if (std::holds_alternative<List>(value)) lose("a list becomes names with positions");
        if (std::holds_alternative<Tuple>(value)) lose("a tuple becomes names with positions");
        if (const auto* const named = std::get_if<NamedTuple>(&value)) {
            lose("the namedtuple " + named->type + " becomes names with its fields");
        }
        const auto* const dict = std::get_if<Dict>(&value);
        if (dict != nullptr && dict->empty() && !path.empty()) lose("an empty dict is left out");
    }

    void add(const Tree& leaf, const std::string& path, const std::string& name) {
        const auto [other, is_new] = paths_.emplace(name, path);
        if (!is_new) {
            throw InvalidArgument("two leaves would be called '" + name + "', this one and " +
                                      other->second + ": choose another --separator",
                                  {.leaf = path});
        }
        out_.leaves.push_back({path, name, &leaf});
    }

    const std::string_view separator_;
    LeafNames out_;
    std::unordered_map<std::string, std::string> paths_;  // by name
    bool numbers_noted_ = false;
};

}  // namespace

FileTree nest(FlatFile flat, std::string_view separator, const std::string& file) {
    // In order, so that each entry of a dict is added at its end.
    std::ranges::sort(flat.tensors, {}, &NamedTensor::name);
    Nester nester(separator, file);
    for (NamedTensor& named : flat.tensors) nester.add(std::move(named));
    for (const auto& [key, value] : flat.metadata) nester.add(key, value);
    FileTree out = nester.finish();
    out.changes = std::move(flat.changes);
    return out;
}

LeafNames flat_names(const Tree& tree, std::string_view separator) {
    pytree::check_tree(tree);
    Namer namer(separator);
    namer.visit(tree, "", "");
    return namer.finish();
}

}  // namespace ckptlite::interchange
