// SPDX-License-Identifier: MIT
#include "tree/tree_fit.hpp"

#include <algorithm>

#include "ckptlite/tree.hpp"
#include "tree/leaf_kind.hpp"
#include "tree/tree_walk.hpp"

namespace ckptlite {
namespace {

using Fields = std::vector<NamedTupleField>;

const Tree* find_field(const Fields& fields, std::size_t likely, const std::string& name) {
    if (likely < fields.size() && fields[likely].name == name) return &fields[likely].value;
    const auto found = std::ranges::find(fields, name, &NamedTupleField::name);
    return found == fields.end() ? nullptr : &found->value;
}

std::string names_of(const Fields& fields) {
    std::string names;
    for (const NamedTupleField& field : fields) names += (names.empty() ? "" : ", ") + field.name;
    return "(" + names + ")";
}

/// Compares two trees side by side; path_ is where both walks stand.
class Fit {
public:
    void compare(const Tree& expected, const Tree& stored) {
        if (pytree::node_name(expected) != pytree::node_name(stored))
            differ("kind", pytree::node_name(expected), pytree::node_name(stored));
        else
            std::visit([&](const auto& node) { same_kind(node, stored); }, expected.value());
    }

    std::vector<std::string> lines;

private:
    void same_kind(const None&, const Tree&) {}
    void same_kind(const Scalar&, const Tree&) {}
    void same_kind(const Tensor& expected, const Tree& stored_tree) {
        const Tensor& stored = stored_tree.tensor();
        if (expected.dtype() != stored.dtype())
            differ("dtype", dtype_name(expected.dtype()), dtype_name(stored.dtype()));
        if (expected.shape() != stored.shape())
            differ("shape", shape_text(expected.shape()), shape_text(stored.shape()));
    }
    void same_kind(const List& expected, const Tree& stored) {
        items(expected.items, stored.list().items);
    }
    void same_kind(const Tuple& expected, const Tree& stored) {
        items(expected.items, stored.tuple().items);
    }
    void same_kind(const Dict& expected, const Tree& stored_tree) {
        const Dict& stored = stored_tree.dict();
        auto e = expected.begin();
        auto s = stored.begin();
        while (e != expected.end() || s != stored.end()) {
            const bool take_expected =
                s == stored.end() || (e != expected.end() && e->key <= s->key);
            const bool take_stored = e == expected.end() || (s != stored.end() && s->key <= e->key);
            const Size restore(path_);
            pytree::append_key(path_, take_expected ? e->key : s->key);
            both(take_expected ? &e++->value : nullptr, take_stored ? &s++->value : nullptr);
        }
    }
    void same_kind(const NamedTuple& expected, const Tree& stored_tree) {
        const NamedTuple& stored = stored_tree.named_tuple();
        if (expected.type != stored.type) differ("type", expected.type, stored.type);
        const std::size_t before = lines.size();
        for (std::size_t i = 0; i < expected.fields.size(); ++i) {
            const NamedTupleField& field = expected.fields[i];
            field_pair(field.name, &field.value, find_field(stored.fields, i, field.name));
        }
        for (std::size_t i = 0; i < stored.fields.size(); ++i) {
            const NamedTupleField& field = stored.fields[i];
            if (find_field(expected.fields, i, field.name) == nullptr)
                field_pair(field.name, nullptr, &field.value);
        }
        if (lines.size() == before &&
            !std::ranges::equal(expected.fields, stored.fields, {}, &NamedTupleField::name,
                                &NamedTupleField::name))
            differ("order", names_of(expected.fields), names_of(stored.fields));
    }

    void items(const std::vector<Tree>& expected, const std::vector<Tree>& stored) {
        for (std::size_t i = 0; i < std::max(expected.size(), stored.size()); ++i) {
            const Size restore(path_);
            pytree::append_index(path_, i);
            both(i < expected.size() ? &expected[i] : nullptr,
                 i < stored.size() ? &stored[i] : nullptr);
        }
    }
    void field_pair(const std::string& name, const Tree* expected, const Tree* stored) {
        const Size restore(path_);
        pytree::append_field(path_, name);
        both(expected, stored);
    }
    void both(const Tree* expected, const Tree* stored) {
        if (expected != nullptr && stored != nullptr)
            compare(*expected, *stored);
        else if (expected != nullptr)
            list_leaves("missing ", *expected);
        else
            list_leaves("unexpected ", *stored);
    }

    /// One line for each leaf of the subtree, or one for the node itself.
    void list_leaves(const char* word, const Tree& node) {
        const std::size_t before = lines.size();
        list_leaves_below(word, node);
        if (lines.size() == before) lines.push_back(word + pytree::path_text(path_));
    }
    void list_leaves_below(const char* word, const Tree& node) {
        if (node.is_leaf()) lines.push_back(word + pytree::path_text(path_));
        pytree::for_each_child(node, path_,
                               [&](const Tree& child) { list_leaves_below(word, child); });
    }

    void differ(const char* what, std::string_view expected, std::string_view stored) {
        lines.push_back(pytree::difference_text(what, path_, expected, stored));
    }

    /// Takes the path back to its length.
    class Size {
    public:
        explicit Size(std::string& path) : path_(path), size_(path.size()) {}
        ~Size() { path_.resize(size_); }
        Size(const Size&) = delete;
        Size& operator=(const Size&) = delete;

    private:
        std::string& path_;
        std::size_t size_;
    };

    std::string path_;
};

}  // namespace

std::string pytree::difference_text(std::string_view what, std::string_view path,
                                    std::string_view expected, std::string_view stored) {
    return std::string(what) + " " + path_text(path) + ": expected " + std::string(expected) +
           ", stored " + std::string(stored);
}

std::vector<std::string> differences(const Tree& expected, const Tree& stored) {
    pytree::check_tree(expected);
    pytree::check_tree(stored);
    Fit fit;
    fit.compare(expected, stored);
    return std::move(fit.lines);
}

}  // namespace ckptlite
