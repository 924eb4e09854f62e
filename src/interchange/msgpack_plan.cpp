// SPDX-License-Identifier: MIT
#include "interchange/msgpack_plan.hpp"

#include <algorithm>
#include <bit>
#include <utility>

#include "base/bytes.hpp"
#include "ckptlite/error.hpp"
#include "interchange/msgpack_array.hpp"
#include "interchange/msgpack_reader.hpp"
#include "tree/path.hpp"
#include "tree/tree_walk.hpp"

namespace ckptlite::interchange {
namespace {

/// Larger arrays are divided, as flax does it.
constexpr std::uint64_t kMostArrayBytes = 1ULL << 30;

/// Appends msgpack to a text, every value in its shortest form.
class MsgpackText {
public:
    void code(unsigned code) { text_ += static_cast<char>(static_cast<unsigned char>(code)); }

    void integer(std::int64_t value) {
        const auto bits = static_cast<std::uint64_t>(value);
        if (value >= -32 && value < 128) return code(static_cast<unsigned>(bits & 0xFF));
        if (value > 0) return sized(bits, {0xCC, 0xCD, 0xCE, 0xCF});
        const unsigned log = value >= INT8_MIN    ? 0
                             : value >= INT16_MIN ? 1
                             : value >= INT32_MIN ? 2
                                                  : 3;
        code(0xD0 + log);
        big_endian(bits, std::size_t{1} << log);
    }
    void floating(double value) {
        code(0xCB);
        big_endian(std::bit_cast<std::uint64_t>(value), 8);
    }
    void text(std::string_view text) {
        if (text.size() < 32) {
            code(0xA0 + static_cast<unsigned>(text.size()));
        } else {
            sized(text.size(), {0xD9, 0xDA, 0xDB, 0});
        }
        text_ += text;
    }
    void bytes_of(std::uint64_t n) { sized(n, {0xC4, 0xC5, 0xC6, 0}); }
    void append(ByteView bytes) {
        text_.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    }
    void map_of(std::uint64_t n) { container(n, 0x80, 0xDE); }
    void array_of(std::uint64_t n) { container(n, 0x90, 0xDC); }
    void extension(std::int8_t type, std::uint64_t n) {
        if (std::has_single_bit(n) && n <= 16) {
            code(0xD4 + static_cast<unsigned>(std::countr_zero(n)));
        } else {
            sized(n, {0xC7, 0xC8, 0xC9, 0});
        }
        code(static_cast<unsigned>(type));
    }

    std::size_t size() const noexcept { return text_.size(); }
    std::string take() { return std::exchange(text_, {}); }

private:
    /// A code for each width of the number, 1, 2, 4 and 8 bytes.
    void sized(std::uint64_t n, const unsigned (&codes)[4]) {
        const unsigned log = n < 1U << 8 ? 0 : n < 1U << 16 ? 1 : n < 1ULL << 32 ? 2 : 3;
        code(codes[log]);
        big_endian(n, std::size_t{1} << log);
    }
    void container(std::uint64_t n, unsigned short_code, unsigned code_16) {
        if (n < 16) return code(short_code + static_cast<unsigned>(n));
        const bool is_short = n < 1U << 16;
        code(is_short ? code_16 : code_16 + 1);
        big_endian(n, is_short ? 2 : 4);
    }
    void big_endian(std::uint64_t value, std::size_t n_bytes) {
        for (std::size_t i = n_bytes; i-- > 0;)
            code(static_cast<unsigned>(value >> (8 * i) & 0xFF));
    }

    std::string text_;
};

/// What stands before the elements.
void append_array_head(MsgpackText& out, DType dtype, const Shape& shape, std::uint64_t nbytes) {
    MsgpackText inner;
    inner.array_of(3);
    inner.array_of(shape.size());
    for (const std::int64_t extent : shape) inner.integer(extent);
    inner.text(dtype_name(dtype));
    inner.bytes_of(nbytes);
    out.extension(kMsgpackArray, inner.size() + nbytes);
    out.append(as_bytes(inner.take()));
}

class MsgpackPlanner {
public:
    explicit MsgpackPlanner(const StoredTree& stored) : stored_(stored) {}

    ExportPlan plan() {
        pytree::check_tree(stored_.tree);
        visit(stored_.tree);
        plan_.tail = text_.take();
        return std::move(plan_);
    }

    void operator()(None) { text_.code(0xC0); }
    void operator()(const Dict& dict) {
        const auto is_integer = [](const DictEntry& entry) { return entry.key.is_integer(); };
        if (std::ranges::any_of(dict, is_integer)) change("integer keys become text");
        text_.map_of(dict.size());
        const std::size_t length = path_.size();
        for (const DictEntry& entry : dict) {
            pytree::append_key(path_, entry.key);
            text_.text(key_text(dict, entry.key));
            visit(entry.value);
            path_.resize(length);
        }
    }
    void operator()(const List& list) { items(list.items, "a list"); }
    void operator()(const Tuple& tuple) { items(tuple.items, "a tuple"); }
    void operator()(const NamedTuple& named) {
        change("the namedtuple " + named.type + " becomes a map with its fields");
        text_.map_of(named.fields.size());
        const std::size_t length = path_.size();
        for (const NamedTupleField& field : named.fields) {
            text_.text(field.name);
            pytree::append_field(path_, field.name);
            visit(field.value);
            path_.resize(length);
        }
    }
    void operator()(const Scalar& scalar) { std::visit(*this, scalar.value()); }
    void operator()(std::int64_t value) { text_.integer(value); }
    void operator()(double value) { text_.floating(value); }
    void operator()(bool value) { text_.code(value ? 0xC3 : 0xC2); }
    void operator()(const std::string& value) { text_.text(value); }
    void operator()(const Bytes& value) {
        text_.bytes_of(value.size());
        text_.append(value);
    }
    void operator()(const std::complex<double>& value) {
        constexpr std::uint64_t kTwoNumbers = 1 + 2 * 9;
        text_.extension(kMsgpackComplex, kTwoNumbers);
        text_.array_of(2);
        text_.floating(value.real());
        text_.floating(value.imag());
    }
    void operator()(const Tensor&) {
        const TensorType& type = stored_.tensors.at(path_);
        PlannedTensor tensor{.path = path_,
                             .name = path_,
                             .stored = type.dtype,
                             .dtype = type.dtype,
                             .shape = type.shape};
        const std::uint64_t nbytes = nbytes_of(type.dtype, type.shape);
        if (nbytes > kMostArrayBytes) {
            divide(tensor, nbytes);
        } else {
            append_array_head(text_, type.dtype, type.shape, nbytes);
            tensor.before = text_.take();
        }
        plan_.tensors.push_back(std::move(tensor));
    }

private:
    void visit(const Tree& node) { std::visit(*this, node.value()); }

    /// Flax looks every key up as text, and Python's msgpack refuses integers in this place.
    std::string key_text(const Dict& dict, const Key& key) const {
        if (!key.is_integer()) return key.text();
        std::string text = std::to_string(key.integer());
        if (dict.find(text) == nullptr) return text;
        throw InvalidArgument("this dict has the key " + text +
                                  " as an integer and as text, which are the same in msgpack",
                              {.leaf = path_});
    }

    void items(const std::vector<Tree>& items, const std::string& what) {
        change(what + " becomes a map with the keys 0, 1, ...");
        text_.map_of(items.size());
        const std::size_t length = path_.size();
        for (std::size_t i = 0; i < items.size(); ++i) {
            text_.text(std::to_string(i));
            pytree::append_index(path_, i);
            visit(items[i]);
            path_.resize(length);
        }
    }

    /// A map with the shape and pieces of one dimension.
    void divide(PlannedTensor& tensor, std::uint64_t nbytes) {
        const std::uint64_t width = itemsize(tensor.dtype);
        const std::uint64_t piece_nbytes = kMostArrayBytes / width * width;
        text_.map_of(3);
        text_.text(kChunkedArray);
        text_.code(0xC3);
        text_.text("shape");
        text_.map_of(tensor.shape.size());
        for (std::size_t i = 0; i < tensor.shape.size(); ++i) {
            text_.text(std::to_string(i));
            text_.integer(tensor.shape[i]);
        }
        text_.text("chunks");
        text_.map_of((nbytes + piece_nbytes - 1) / piece_nbytes);
        for (std::uint64_t at = 0; at < nbytes; at += piece_nbytes) {
            const std::uint64_t n = std::min(piece_nbytes, nbytes - at);
            text_.text(std::to_string(at / piece_nbytes));
            append_array_head(text_, tensor.dtype, {static_cast<std::int64_t>(n / width)}, n);
            if (at == 0) {
                tensor.before = text_.take();
            } else {
                tensor.within.push_back({at, text_.take()});
            }
        }
    }

    void change(const std::string& what) {
        plan_.changes.push_back(pytree::path_text(path_) + ": " + what);
    }

    const StoredTree& stored_;
    ExportPlan plan_;
    MsgpackText text_;
    std::string path_;
};

}  // namespace

ExportPlan plan_msgpack(const StoredTree& stored) {
    return MsgpackPlanner(stored).plan();
}

}  // namespace ckptlite::interchange
