// SPDX-License-Identifier: MIT
#include <nlohmann/json.hpp>

#include "base/limits.hpp"
#include "ckptlite/error.hpp"
#include "tree/structure.hpp"
#include "tree/tree_walk.hpp"

namespace ckptlite::pytree {
namespace {

class Writer {
public:
    void node(const Tree& tree) { std::visit(*this, tree.value()); }

    void operator()(None) { json += "null"; }
    void operator()(const Tensor&) { json += R"("*")"; }
    void operator()(const Scalar&) { json += R"("*")"; }
    void operator()(const List& list) { items("list", list.items); }
    void operator()(const Tuple& tuple) { items("tuple", tuple.items); }
    void operator()(const Dict& dict) {
        json += R"({"dict":[)";
        separated(dict, [this](const DictEntry& entry) {
            entry.key.is_integer() ? void(json += std::to_string(entry.key.integer()))
                                   : string(entry.key.text());
            value(entry.value);
        });
        json += "]}";
    }
    void operator()(const NamedTuple& named_tuple) {
        json += R"({"namedtuple":[)";
        string(named_tuple.type);
        json += ",[";
        separated(named_tuple.fields, [this](const NamedTupleField& field) {
            string(field.name);
            value(field.value);
        });
        json += "]]}";
    }

    std::string json;

private:
    void items(const char* container, const std::vector<Tree>& items) {
        json.append(R"({")").append(container).append(R"(":[)");
        for (const Tree& item : items) {
            if (&item != items.data()) json += ',';
            node(item);
        }
        json += "]}";
    }
    /// "[...],[...]"; `write_name_and_value` fills the brackets.
    template <typename Entries, typename Write>
    void separated(const Entries& entries, Write write_name_and_value) {
        bool is_first = true;
        for (const auto& entry : entries) {
            json += is_first ? "[" : ",[";
            is_first = false;
            write_name_and_value(entry);
            json += ']';
        }
    }
    void string(const std::string& text) { json += nlohmann::json(text).dump(); }
    void value(const Tree& tree) {
        json += ',';
        node(tree);
    }
};

}  // namespace

std::string structure_json(const Tree& tree) {
    check_tree(tree);
    Writer writer;
    writer.node(tree);
    if (writer.json.size() > limits::kStructureBytes)
        throw InvalidArgument("The names in this tree take more than " +
                              std::to_string(limits::kStructureBytes) +
                              " bytes; it cannot be stored.");
    return std::move(writer.json);
}

}  // namespace ckptlite::pytree
