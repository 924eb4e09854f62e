// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cstdint>
#include <nlohmann/json.hpp>

#include "base/limits.hpp"
#include "ckptlite/error.hpp"
#include "tree/path.hpp"
#include "tree/structure.hpp"

namespace ckptlite::pytree {
namespace {

using LeafSource = std::function<std::optional<Tree>(const std::string& path)>;
using Container = std::variant<Dict, List, Tuple, NamedTuple>;

/// What a container that is being read expects next.
enum class State {
    container_name,  // "dict"
    open,            // [ of the container
    node,            // of a list or tuple: a node, or its ]
    type_name,       // of a namedtuple
    open_fields,     // [ of the fields
    open_entry,      // [ of a key or field, or the ] of them all
    entry_name,      // the key or the field's name
    entry_node,      // the node of that name
    close_entry,     // ] after it
    close_array,     // ] of a namedtuple
    close_object,    // }
};

struct Frame {
    State state = State::container_name;
    Container container;
    std::size_t path_size = 0;  // of the container's own path
    std::optional<Key> key{};   // the current entry's, or the last one's; of a field: its name
    bool has_wanted = false;

    template <typename T>
    T* as() {
        return std::get_if<T>(&container);
    }
};

std::optional<Container> container_named(std::string_view name) {
    if (name == "dict") return Dict();
    if (name == "list") return List();
    if (name == "tuple") return Tuple();
    if (name == "namedtuple") return NamedTuple();
    return std::nullopt;
}

/// nlohmann's parser calls one function for each JSON token; the open containers are kept on a
/// stack of frames, so that depth costs no stack of the machine and is refused where it appears.
class Reader final : public nlohmann::json_sax<nlohmann::json> {
public:
    Reader(const LeafSource& leaf, bool keep_all) : leaf_(leaf), keep_all_(keep_all) {}

    std::optional<Tree> root;

    bool null() override {
        begin_node();
        return end_node(keep_all_ ? std::optional<Tree>(None()) : std::nullopt);
    }
    bool string(string_t& text) override {
        switch (expected()) {
            case State::type_name:
                check_name(text);
                frames_.back().as<NamedTuple>()->type = std::move(text);
                return advance(State::open_fields);
            case State::entry_name:
                check_name(text);
                return entry_name(Key(std::move(text)));
            default:
                return leaf(text);
        }
    }
    bool number_integer(number_integer_t number) override { return integer_key(Key(number)); }
    bool number_unsigned(number_unsigned_t number) override {
        if (number > static_cast<number_unsigned_t>(INT64_MAX))
            damaged("an integer key does not fit 64 bits");
        return integer_key(Key(number));
    }
    bool number_float(number_float_t, const string_t&) override {
        damaged("a number is not a 64-bit integer");
    }
    bool boolean(bool) override { damaged("a boolean stands in it"); }
    bool binary(binary_t&) override { damaged("binary data stands in it"); }

    bool start_object(std::size_t) override {
        begin_node();
        frames_.push_back({.container = {}, .path_size = path_.size()});
        return true;
    }
    bool key(string_t& name) override {
        if (frames_.back().state != State::container_name) damaged("an object has two keys");
        auto container = container_named(name);
        if (!container) {
            damaged("'" + name.substr(0, 40) + "' is no container");
        }
        frames_.back().container = std::move(*container);
        return advance(State::open);
    }
    bool start_array(std::size_t) override {
        switch (expected()) {
            case State::open:
                return advance(state_after_open());
            case State::open_fields:
                return advance(State::open_entry);
            case State::open_entry:
                return advance(State::entry_name);
            default:
                damaged("an array stands where none belongs");
        }
    }
    bool end_array() override {
        switch (frames_.back().state) {
            case State::close_entry:
                return advance(State::open_entry);
            case State::open_entry:
                if (frames_.back().as<NamedTuple>() == nullptr) return advance(State::close_object);
                check_fields(*frames_.back().as<NamedTuple>());
                return advance(State::close_array);
            case State::node:
                // A frame that waits for its first or next item; the root has no array to end.
                return advance(State::close_object);
            case State::close_array:
                return advance(State::close_object);
            default:
                damaged("an array ends too early");
        }
    }
    bool end_object() override {
        if (frames_.back().state != State::close_object) damaged("an object names no container");
        Frame done = std::move(frames_.back());
        frames_.pop_back();
        path_.resize(done.path_size);
        if (!keep_all_ && !done.has_wanted) {
            return end_node(std::nullopt);
        }
        return end_node(
            std::visit([](auto& held) { return Tree(std::move(held)); }, done.container));
    }
    bool parse_error(std::size_t position, const std::string&,
                     const nlohmann::detail::exception&) override {
        damaged("it is not JSON from byte " + std::to_string(position) + " on");
    }

private:
    [[noreturn]] void damaged(const std::string& what) const {
        throw Corrupt("The structure of the tree is damaged at " + path_text(path_) + ": " + what +
                      ".");
    }
    /// Outside of any object stands the root; no key and no end can come there.
    State expected() const { return frames_.empty() ? State::node : frames_.back().state; }
    bool advance(State next) {
        frames_.back().state = next;
        return true;
    }
    State state_after_open() {
        Frame& frame = frames_.back();
        if (frame.as<Dict>() != nullptr) return State::open_entry;
        if (frame.as<NamedTuple>() != nullptr) return State::type_name;
        return State::node;
    }

    bool leaf(const string_t& text) {
        begin_node();
        if (text != "*") damaged("a leaf is not written \"*\"");
        if (++leaves_ > limits::kLeaves) damaged("it has too many leaves");
        return end_node(leaf_(path_));
    }
    bool integer_key(Key number) {
        if (expected() != State::entry_name || frames_.back().as<Dict>() == nullptr)
            damaged("a number stands where none belongs");
        return entry_name(std::move(number));
    }
    bool entry_name(Key name) {
        Frame& frame = frames_.back();
        if (frame.as<Dict>() != nullptr && frame.key && !(*frame.key < name))
            damaged("the keys of a dict are out of order or stand twice");
        frame.key = std::move(name);
        return advance(State::entry_node);
    }
    void check_name(const string_t& name) const {
        if (name.find('\0') != name.npos) damaged("a name has a NUL character");
    }
    void check_fields(const NamedTuple& named_tuple) const {
        std::vector<std::string_view> names;
        for (const NamedTupleField& field : named_tuple.fields) names.push_back(field.name);
        std::ranges::sort(names);
        if (std::ranges::adjacent_find(names) != names.end())
            damaged("two fields have the same name");
    }

    /// Is a node allowed here? Then path_ becomes its path.
    void begin_node() {
        if (expected() != State::node && expected() != State::entry_node)
            damaged("a node stands where none belongs");
        if (frames_.size() > limits::kDepth) damaged("it has too many levels");
        if (++nodes_ > limits::kNodes) damaged("it has too many nodes");
        if (!frames_.empty()) append_token(frames_.back());
        if (path_.size() > limits::kPathBytes) {
            path_.resize(200);
            damaged("a path is too long");
        }
    }
    void append_token(Frame& frame) {
        if (frame.as<Dict>() != nullptr)
            append_key(path_, *frame.key);
        else if (frame.as<NamedTuple>() != nullptr)
            append_field(path_, frame.key->text());
        else if (const List* list = frame.as<List>())
            append_index(path_, list->items.size());
        else
            append_index(path_, frame.as<Tuple>()->items.size());
    }
    /// Puts a node that was read, or nothing if it is not wanted, where it belongs.
    bool end_node(std::optional<Tree> node) {
        if (frames_.empty()) {
            root = std::move(node);
            return true;
        }
        Frame& frame = frames_.back();
        path_.resize(frame.path_size);
        frame.has_wanted = frame.has_wanted || node.has_value();
        if (frame.state == State::entry_node) frame.state = State::close_entry;
        if (auto* dict = frame.as<Dict>()) {
            if (node) (*dict)[*frame.key] = std::move(*node);
            return true;
        }
        Tree item = node ? std::move(*node) : Tree();
        if (auto* list = frame.as<List>())
            list->items.push_back(std::move(item));
        else if (auto* tuple = frame.as<Tuple>())
            tuple->items.push_back(std::move(item));
        else
            frame.as<NamedTuple>()->fields.push_back({frame.key->text(), std::move(item)});
        return true;
    }

    const LeafSource& leaf_;
    const bool keep_all_;
    std::vector<Frame> frames_;
    std::string path_;
    std::uint64_t leaves_ = 0;
    std::uint64_t nodes_ = 0;
};

std::optional<Tree> read(std::string_view json, const LeafSource& leaf, bool keep_all) {
    if (json.size() > limits::kStructureBytes)
        throw Corrupt("The structure of the tree is larger than the format allows.");
    // The parser takes a NUL for the end of its input and would not see what follows.
    if (json.find('\0') != json.npos)
        throw Corrupt("The structure of the tree is damaged: it is not JSON, it has a NUL.");
    Reader reader(leaf, keep_all);
    // By its base, so that the parser, a template of this type, is the same for every reader.
    nlohmann::json_sax<nlohmann::json>* const sax = &reader;
    nlohmann::json::sax_parse(json.begin(), json.end(), sax);
    return std::move(reader.root);
}

}  // namespace

Tree tree_from_structure(std::string_view json,
                         const std::function<Tree(const std::string& path)>& leaf) {
    return read(
               json, [&](const std::string& path) { return std::optional(leaf(path)); }, true)
        .value();
}

std::optional<Tree> part_from_structure(std::string_view json, const LeafSource& leaf) {
    return read(json, leaf, false);
}

std::vector<std::string> leaf_paths(std::string_view json) {
    std::vector<std::string> paths;
    read(
        json,
        [&](const std::string& path) {
            paths.push_back(path);
            return std::nullopt;
        },
        false);
    return paths;
}

}  // namespace ckptlite::pytree
