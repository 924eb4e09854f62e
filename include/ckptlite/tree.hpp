// SPDX-License-Identifier: MIT
// A pytree: nested dict, list, tuple, namedtuple and none, with leaves.
//
// A leaf is a Tensor or a plain scalar; the scalar 3 and the 0-d tensor 3 are different leaves and
// come back as what they were. Leaves are named by paths: RFC 6901 JSON Pointers, "/a/0/kernel",
// where `~0` is `~` and `~1` is `/`. A token is a dict key, a position in a list or tuple, or a
// field name. An integer dict key n is written "#n", so that it cannot be taken for the string
// key "n"; a string key that itself looks like "#n" gets one more '#'.
//
// Trees are values: copying one copies its containers and shares its tensors' bytes.
#pragma once

#include <complex>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "ckptlite/tensor.hpp"
#include "ckptlite/visibility.hpp"

namespace CKPTLITE_API ckptlite {

class Tree;

/// A node without leaves: Python's None.
struct None {
    friend bool operator==(None, None) = default;
};

/// A dict key. Integers sort before strings, integers by value, strings by code point.
class Key {
public:
    /// Throws InvalidArgument for an unsigned value over 2^63 - 1.
    template <std::integral T>
    requires(!std::same_as<T, bool>) Key(T number)
        : value_(from_integer(number < 0, static_cast<std::uint64_t>(number))) {}
    Key(std::string text) : value_(std::move(text)) {}
    Key(std::string_view text) : value_(std::string(text)) {}
    Key(const char* text) : value_(std::string(text)) {}

    bool is_integer() const noexcept { return value_.index() == 0; }
    std::int64_t integer() const { return std::get<std::int64_t>(value_); }
    const std::string& text() const { return std::get<std::string>(value_); }

    friend auto operator<=>(const Key&, const Key&) = default;

private:
    static std::int64_t from_integer(bool negative, std::uint64_t bits);
    std::variant<std::int64_t, std::string> value_;
};

struct DictEntry;

/// Entries sorted by key, whatever the order of insertion.
class Dict {
public:
    Dict() = default;
    /// Throws InvalidArgument if a key stands twice.
    Dict(std::initializer_list<DictEntry> entries);

    /// The value of `key`, made as None if the key is new.
    Tree& operator[](const Key& key);
    /// nullptr if there is no such key.
    const Tree* find(const Key& key) const noexcept;
    std::size_t size() const noexcept;
    bool empty() const noexcept { return size() == 0; }
    std::vector<DictEntry>::const_iterator begin() const noexcept;
    std::vector<DictEntry>::const_iterator end() const noexcept;

    friend bool operator==(const Dict& a, const Dict& b);

private:
    std::vector<DictEntry> entries_;
};

struct List {
    std::vector<Tree> items;
    friend bool operator==(const List& a, const List& b);
};

struct Tuple {
    std::vector<Tree> items;
    friend bool operator==(const Tuple& a, const Tuple& b);
};

struct NamedTupleField;

/// A struct: a type name and its fields in their own order.
struct NamedTuple {
    std::string type;
    std::vector<NamedTupleField> fields;
    friend bool operator==(const NamedTuple& a, const NamedTuple& b);
};

using Bytes = std::vector<std::byte>;

/// A plain value. Its kind is part of it: the int 1, the float 1.0 and true differ.
class Scalar {
public:
    using Value =
        std::variant<std::int64_t, double, bool, std::complex<double>, std::string, Bytes>;

    Scalar(Value value) : value_(std::move(value)) {}
    const Value& value() const noexcept { return value_; }

    /// The value as T, one of the alternatives of Value. Throws TypeError if it is another kind.
    template <typename T>
    const T& as() const {
        if (const T* held = std::get_if<T>(&value_)) return *held;
        throw_wrong_kind();
    }

    /// Floats and complex numbers are compared by their bits.
    friend bool operator==(const Scalar& a, const Scalar& b) noexcept;

private:
    [[noreturn]] void throw_wrong_kind() const;
    Value value_;
};

class Tree {
public:
    using Value = std::variant<None, Dict, List, Tuple, NamedTuple, Tensor, Scalar>;

    // Defined in tree.cpp, where DictEntry and NamedTupleField are complete.
    Tree();
    ~Tree();
    Tree(const Tree&);
    Tree(Tree&&) noexcept;
    Tree& operator=(const Tree&);
    Tree& operator=(Tree&&) noexcept;

    Tree(None);
    Tree(Dict dict);
    Tree(List list);
    Tree(Tuple tuple);
    Tree(NamedTuple named_tuple);
    Tree(Tensor tensor);
    Tree(Scalar scalar);
    Tree(std::complex<double> value);
    Tree(std::string value);
    Tree(const char* value);
    Tree(Bytes value);
    Tree(std::same_as<bool> auto value) : Tree(Scalar(Scalar::Value(value))) {}
    Tree(std::floating_point auto value)
        : Tree(Scalar(Scalar::Value(static_cast<double>(value)))) {}
    /// Throws InvalidArgument for an unsigned value over 2^63 - 1.
    template <std::integral T>
    requires(!std::same_as<T, bool>) Tree(T value)
        : Tree(from_integer(value < 0, static_cast<std::uint64_t>(value))) {}

    const Value& value() const noexcept { return value_; }
    Value& value() noexcept { return value_; }

    bool is_none() const noexcept { return std::holds_alternative<None>(value_); }
    bool is_leaf() const noexcept;

    /// The node as what it is. Throws TypeError that says what it is instead.
    const Dict& dict() const;
    const List& list() const;
    const Tuple& tuple() const;
    const NamedTuple& named_tuple() const;
    const Tensor& tensor() const;
    const Scalar& scalar() const;

    /// The node below this one at a path; "" is this node. Throws NotFound that names the first
    /// token that leads nowhere, and InvalidArgument for a path that is no JSON Pointer.
    const Tree& at(std::string_view path) const;

    friend bool operator==(const Tree& a, const Tree& b);

private:
    static Tree from_integer(bool negative, std::uint64_t bits);
    Value value_;
};

struct DictEntry {
    Key key;
    Tree value;
    friend bool operator==(const DictEntry& a, const DictEntry& b) = default;
};

struct NamedTupleField {
    std::string name;
    Tree value;
    friend bool operator==(const NamedTupleField& a, const NamedTupleField& b) = default;
};

/// Calls `visit(path, leaf)` for every leaf, in tree order (dict entries by key).
/// Throws InvalidArgument for a tree the format cannot hold: keys that are not UTF-8 or contain
/// NUL, two fields of one name, more than 128 levels, 1,000,000 leaves or 4,000,000 nodes, a path
/// over 16,384 bytes.
void for_each_leaf(const Tree& tree,
                   const std::function<void(const std::string& path, const Tree& leaf)>& visit);

/// Every way in which `stored` does not fit `expected`, one line each: missing and unexpected
/// paths, and dtypes, shapes and kinds that differ. Empty if it fits. Values do not matter.
std::vector<std::string> differences(const Tree& expected, const Tree& stored);

}  // namespace ckptlite
