// SPDX-License-Identifier: MIT
#include "interchange/safetensors_index.hpp"

#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "interchange/safetensors.hpp"

namespace ckptlite::interchange::safetensors {
namespace {

using Json = nlohmann::json;

/// The names of the tensors of each file.
using Shards = std::map<std::string, std::set<std::string>>;

/// What is wrong with an index names it.
class Index {
public:
    explicit Index(const std::filesystem::path& path) : path_(path) {}

    Shards shards() const {
        const Json json = read_json();
        const auto map = json.find("weight_map");
        if (!json.is_object() || map == json.end() || !map->is_object()) {
            fail("there is no object weight_map in it");
        }
        Shards shards;
        for (const auto& [name, file] : map->items()) {
            if (!file.is_string()) fail("weight_map gives no file's name", name);
            shards[checked_name(file.get<std::string>(), name)].insert(name);
        }
        return shards;
    }

    [[noreturn]] void fail(const std::string& why, const std::string& tensor = {}) const {
        throw Corrupt(why, {.file = path_.string(), .leaf = tensor});
    }

private:
    Json read_json() const {
        const Source source = open_source(path_);
        if (source.size > kIndexBytes) {
            fail("an index of " + std::to_string(source.size) + " bytes is over the limit of " +
                 std::to_string(kIndexBytes));
        }
        std::string text(source.size, '\0');
        source.read(0, std::as_writable_bytes(std::span(text)));
        // Nothing of an index lies deeper; a deep one would use up the stack when it goes.
        const auto shallow = [this](int depth, Json::parse_event_t, Json&) {
            if (depth > 8) fail("it is nested too deeply");
            return true;
        };
        try {
            return Json::parse(text, shallow);
        } catch (const Json::parse_error& error) {
            fail("this is no JSON: at its byte " + std::to_string(error.byte));
        }
    }

    /// An index from a stranger must not reach into other folders.
    std::string checked_name(std::string file, const std::string& tensor) const {
        const bool plain = !file.empty() && file != "." && file != ".." &&
                           file.find('/') == file.npos && file.find('\0') == file.npos;
        if (!plain)
            fail("weight_map gives '" + file + "', which is no file beside the index", tensor);
        return file;
    }

    const std::filesystem::path& path_;
};

void check_names(const FlatFile& shard, std::set<std::string> expected, const std::string& file) {
    for (const NamedTensor& named : shard.tensors) {
        if (expected.erase(named.name) == 1) continue;
        throw Corrupt("the index does not say that this tensor is in this file",
                      {.file = file, .leaf = named.name});
    }
    if (expected.empty()) return;
    throw Corrupt("the index says that this tensor is in this file, and it is not",
                  {.file = file, .leaf = *expected.begin()});
}

void merge_metadata(std::map<std::string, std::string>& into,
                    const std::map<std::string, std::string>& from, const std::string& file) {
    for (const auto& [key, value] : from) {
        const auto [place, is_new] = into.emplace(key, value);
        if (!is_new && place->second != value) throw metadata_differ(key, file);
    }
}

}  // namespace

FlatFile read_sharded(const std::filesystem::path& index, bool metadata) {
    FlatFile all;
    for (const auto& [name, tensors] : Index(index).shards()) {
        const std::filesystem::path file = index.parent_path() / name;
        FlatFile shard = read(open_source(file));
        check_names(shard, tensors, file.string());
        if (metadata) merge_metadata(all.metadata, shard.metadata, file.string());
        std::move(shard.tensors.begin(), shard.tensors.end(), std::back_inserter(all.tensors));
    }
    return all;
}

InvalidArgument metadata_differ(const std::string& key, const std::string& file) {
    return InvalidArgument("its metadata say something else for '" + key +
                               "' than another file's do; --no-metadata leaves all metadata out",
                           {.file = file});
}

}  // namespace ckptlite::interchange::safetensors
