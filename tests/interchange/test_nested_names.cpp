// SPDX-License-Identifier: MIT
#include "interchange/nested_names.hpp"

#include "ckptlite/error.hpp"
#include "support/catch.hpp"
#include "support/throws.hpp"

namespace ckptlite::interchange {
namespace {

FlatFile file_of(const std::vector<std::string>& names) {
    FlatFile flat;
    for (const std::string& name : names) flat.tensors.push_back({.name = name});
    return flat;
}

std::vector<std::string> names_of(const Tree& tree, std::string_view separator) {
    std::vector<std::string> names;
    for (const LeafName& leaf : flat_names(tree, separator).leaves) names.push_back(leaf.name);
    return names;
}

TEST_CASE("names are split into dicts and come back", "[interchange]") {
    const std::vector<std::string> names{"", "a..b", "a.0.w", "a.10.w", "b", "x/~#1."};
    FileTree found = nest(file_of(names), ".", "f");
    CHECK(found.tree.dict().size() == 4);
    CHECK(found.tensors.contains("/a/0/w"));
    CHECK(found.tensors.contains("/a//b"));
    CHECK(found.tensors.contains("/x~1~0#1/"));
    auto back = names_of(found.tree, ".");
    std::ranges::sort(back);
    CHECK(back == std::vector<std::string>{"", "a..b", "a.0.w", "a.10.w", "b", "x/~#1."});
}

TEST_CASE("without a separator names stay in one piece", "[interchange]") {
    const FileTree found = nest(file_of({"a", "a.b"}), "", "f");
    CHECK(found.tensors.contains("/a"));
    CHECK(found.tensors.contains("/a.b"));
}

TEST_CASE("names that no tree can have are refused", "[interchange]") {
    using Names = std::vector<std::string>;
    const auto [names, words] = GENERATE(table<Names, const char*>({
        {Names{"a", "a"}, "two tensors have this name"},
        {Names{"a", "a.b"}, "beginning of this one"},
        {Names{"a.b", "a"}, "beginning of this one"},
        {Names{"a\xff"}, "not UTF-8"},
        {Names{std::string("a\0b", 3)}, "NUL"},
        {Names{std::string(128, '.')}, "deeper than a tree"},
    }));
    REQUIRE_THROWS_SAYING(nest(file_of(names), ".", "f"), InvalidArgument, words);
}

TEST_CASE("metadata become strings in a dict of their own", "[interchange]") {
    FlatFile flat = file_of({"w"});
    flat.metadata["a.b"] = "text";
    const FileTree found = nest(std::move(flat), ".", "f");
    CHECK(found.tree.at("/__metadata__/a.b") == Tree("text"));
}

TEST_CASE("what names do not carry is said", "[interchange]") {
    const Tree tree = Dict{{"l", List{{Tensor(), None()}}},
                           {"n", NamedTuple{"Adam", {{"mu", Tensor()}}}},
                           {"t", Tuple{{Tensor()}}},
                           {"i", Dict{{7, Tensor()}}},
                           {"e", Dict()}};
    const LeafNames names = flat_names(tree, ".");
    CHECK(names_of(tree, ".") == std::vector<std::string>{"i.7", "l.0", "n.mu", "t.0"});
    CHECK(names.lost.size() == 6);
}

TEST_CASE("two leaves of one name are refused", "[interchange]") {
    const Tree tree = Dict{{"a", Dict{{"b", Tensor()}}}, {"a.b", Tensor()}};
    REQUIRE_THROWS_SAYING(flat_names(tree, "."), InvalidArgument, "'a.b'");
    CHECK(names_of(tree, "/") == std::vector<std::string>{"a/b", "a.b"});
}

}  // namespace
}  // namespace ckptlite::interchange
