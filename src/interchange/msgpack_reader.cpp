// SPDX-License-Identifier: MIT
#include "interchange/msgpack_reader.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "base/limits.hpp"
#include "base/utf8.hpp"
#include "ckptlite/error.hpp"
#include "interchange/msgpack_array.hpp"
#include "interchange/msgpack_tokens.hpp"
#include "tree/path.hpp"
#include "tree/tree_walk.hpp"

namespace ckptlite::interchange {
namespace {

using Kind = MsgpackToken::Kind;
using Entries = std::vector<DictEntry>;

class MsgpackReader {
public:
    MsgpackReader(const Source& source, bool infer_lists)
        : source_(source), infer_lists_(infer_lists), tokens_(source, 0, source.size) {}

    FileTree read() {
        try {
            out_.tree = value(0);
            if (!tokens_.at_end()) {
                throw Corrupt("there are bytes behind the value, from byte " +
                              std::to_string(tokens_.position()) + " on");
            }
            pytree::check_tree(out_.tree);
        } catch (const Corrupt& error) {
            throw Corrupt(error.message(), {.file = source_.name, .leaf = path_});
        } catch (const InvalidArgument& error) {
            throw InvalidArgument(error.message(), {.file = source_.name, .leaf = path_});
        }
        return std::move(out_);
    }

private:
    /// The value at path_.
    Tree value(std::size_t depth) {
        if (depth >= limits::kDepth) throw Corrupt("it is nested deeper than a tree can be");
        if (++n_nodes_ > limits::kNodes) throw Corrupt("it has more nodes than a tree can have");
        const MsgpackToken token = tokens_.next();
        switch (token.kind) {
            case Kind::nil:
                return None();
            case Kind::boolean:
                return token.number != 0;
            case Kind::integer:
                return integer(token);
            case Kind::floating:
                return token.value;
            case Kind::text:
                return text(token.size);
            case Kind::bytes: {
                const std::string bytes = tokens_.text(token.size);
                const ByteView view = as_bytes(bytes);
                return Bytes(view.begin(), view.end());
            }
            case Kind::array:
                return array(token.size, depth);
            case Kind::map:
                return map(token.size, depth);
            case Kind::ext:
                return extension(token);
        }
        throw Corrupt("there is no such value");
    }

    static std::int64_t integer(const MsgpackToken& token) {
        constexpr std::uint64_t kMost = std::numeric_limits<std::int64_t>::max();
        if (!token.negative && token.number > kMost) {
            throw InvalidArgument("the integer " + std::to_string(token.number) +
                                  " does not fit a signed 64-bit integer");
        }
        return static_cast<std::int64_t>(token.number);
    }

    std::string text(std::uint64_t size) {
        std::string out = tokens_.text(size);
        if (!is_valid_utf8(out)) throw Corrupt("a text is not UTF-8");
        return out;
    }

    Tree array(std::uint64_t size, std::size_t depth) {
        List list;
        const std::size_t length = path_.size();
        for (std::uint64_t i = 0; i < size; ++i) {
            pytree::append_index(path_, i);
            list.items.push_back(value(depth + 1));
            path_.resize(length);
        }
        return list;
    }

    Tree map(std::uint64_t size, std::size_t depth) {
        Entries entries;
        const std::size_t length = path_.size();
        const std::size_t n_lists = out_.inferred_lists.size();
        for (std::uint64_t i = 0; i < size; ++i) {
            Key key = this->key();
            pytree::append_key(path_, key);
            if (path_.size() > limits::kPathBytes) {
                path_.resize(length);
                throw Corrupt("the keys below are longer than a path can be");
            }
            Tree child = value(depth + 1);
            entries.push_back({std::move(key), std::move(child)});
            path_.resize(length);
        }
        std::ranges::sort(entries, {}, &DictEntry::key);
        if (std::ranges::adjacent_find(entries, {}, &DictEntry::key) != entries.end()) {
            throw Corrupt("a key stands twice in this map");
        }
        if (std::ranges::find(entries, Key(kChunkedArray), &DictEntry::key) != entries.end()) {
            return chunked(entries, n_lists);
        }
        return container(std::move(entries));
    }

    Key key() {
        const MsgpackToken token = tokens_.next();
        if (token.kind == Kind::integer) return integer(token);
        if (token.kind != Kind::text) throw InvalidArgument("a key is neither text nor an integer");
        std::string key = text(token.size);
        if (key.find('\0') != key.npos) throw InvalidArgument("a key holds a NUL character");
        return key;
    }

    /// A list if the keys are its positions.
    Tree container(Entries entries) {
        if (infer_lists_ && !entries.empty() && has_positions(entries)) {
            out_.inferred_lists.push_back(path_);
            List list;
            list.items.resize(entries.size());
            for (DictEntry& entry : entries) {
                list.items[*pytree::parse_index(entry.key.text())] = std::move(entry.value);
            }
            return list;
        }
        Dict dict;
        for (DictEntry& entry : entries) dict[entry.key] = std::move(entry.value);
        return dict;
    }

    /// Distinct ones below their number.
    static bool has_positions(const Entries& entries) {
        return std::ranges::all_of(entries, [&entries](const DictEntry& entry) {
            if (entry.key.is_integer()) return false;
            const auto index = pytree::parse_index(entry.key.text());
            return index && *index < entries.size();
        });
    }

    Tree extension(const MsgpackToken& token) {
        const std::uint64_t begin = tokens_.position();
        const std::uint64_t end = begin + token.size;
        tokens_.skip(token.size);
        if (token.ext == kMsgpackComplex) return msgpack_complex(source_, begin, end);
        if (token.ext != kMsgpackArray && token.ext != kMsgpackScalar) {
            throw InvalidArgument("flax has no extension " + std::to_string(token.ext));
        }
        out_.tensors.emplace(path_, msgpack_array(source_, begin, end));
        if (token.ext == kMsgpackScalar) {
            out_.changes.push_back(pytree::path_text(path_) +
                                   ": a NumPy scalar becomes a 0-d array");
        }
        return Tensor();
    }

    /// `n_lists` were inferred before the map.
    Tree chunked(const Entries& entries, std::size_t n_lists) {
        const auto part = [&entries](const char* name) -> const Tree& {
            const auto found = std::ranges::find(entries, Key(name), &DictEntry::key);
            if (found == entries.end()) {
                throw Corrupt(std::string("the divided array has no ") + name);
            }
            return found->value;
        };
        const Shape shape = chunked_shape(part("shape"));
        std::vector<FileTensor> pieces;
        const std::size_t n_pieces = numbered(part("chunks")).size();
        for (std::size_t i = 0; i < n_pieces; ++i) {
            const auto piece = out_.tensors.find(path_ + "/chunks/" + std::to_string(i));
            if (piece == out_.tensors.end()) throw Corrupt("a piece of the array is no array");
            pieces.push_back(std::move(piece->second));
        }
        // What was read of it as a map.
        for (const DictEntry& entry : entries) {
            std::string below = path_;
            pytree::append_key(below, entry.key);
            for_each_leaf(entry.value, [&](const std::string& path, const Tree&) {
                out_.tensors.erase(below + path);
            });
        }
        out_.inferred_lists.resize(n_lists);
        out_.tensors.emplace(path_, joined_array(std::move(pieces), shape));
        return Tensor();
    }

    const Source& source_;
    const bool infer_lists_;
    MsgpackTokens tokens_;
    FileTree out_;
    std::string path_;
    std::uint64_t n_nodes_ = 0;
};

}  // namespace

FileTree read_msgpack(const Source& source, bool infer_lists) {
    return MsgpackReader(source, infer_lists).read();
}

}  // namespace ckptlite::interchange
