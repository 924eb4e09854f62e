// SPDX-License-Identifier: MIT
#include "support/random_tree.hpp"

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <limits>

namespace ckptlite::test {
namespace {

std::size_t below(std::mt19937_64& random, std::size_t n) {
    return static_cast<std::size_t>(random() % n);
}

/// A random byte that every reader of this dtype accepts.
std::byte random_byte(std::mt19937_64& random, DType dtype) {
    const auto byte = static_cast<std::uint8_t>(random());
    if (dtype == DType::boolean) return std::byte(byte & 1);
    if (dtype == DType::uint4) return std::byte(byte & 15);
    if (dtype == DType::int4) return std::byte(static_cast<std::uint8_t>((byte & 15) - 8));
    return std::byte(byte);
}

Shape random_shape(std::mt19937_64& random) {
    Shape shape(below(random, 6));
    for (std::int64_t& extent : shape) extent = static_cast<std::int64_t>(below(random, 5));
    // Without this most shapes of high rank would be empty.
    for (std::int64_t& extent : shape)
        if (extent == 0 && below(random, 4) != 0) extent = 1;
    return shape;
}

Bytes random_bytes(std::mt19937_64& random) {
    Bytes bytes(below(random, 40));
    for (std::byte& byte : bytes) byte = std::byte(static_cast<std::uint8_t>(random()));
    return bytes;
}

Tree random_scalar(std::mt19937_64& random) {
    const auto number = std::bit_cast<double>(random());
    switch (below(random, 6)) {
        case 0:
            return Tree(std::bit_cast<std::int64_t>(random()));
        case 1:
            return Tree(number);
        case 2:
            return Tree(below(random, 2) == 0);
        case 3:
            return Tree(std::complex<double>(number, std::bit_cast<double>(random())));
        case 4:
            return Tree(std::string(below(random, 20), 'x') + "\u00e9\u4e16");
        default:
            return Tree(random_bytes(random));
    }
}

Tree random_leaf(std::mt19937_64& random) {
    if (below(random, 3) == 0) return random_scalar(random);
    const DType dtype = all_dtypes()[below(random, all_dtypes().size())];
    return random_tensor(random, dtype, random_shape(random));
}

Key random_key(std::mt19937_64& random) {
    const std::vector<Key> awkward = awkward_keys();
    const std::size_t pick = below(random, 2 * awkward.size());
    if (pick < awkward.size()) return awkward[pick];
    return "layer_" + std::to_string(below(random, 100));
}

Tree random_node(std::mt19937_64& random, int levels);

std::vector<Tree> random_items(std::mt19937_64& random, int levels) {
    std::vector<Tree> items(below(random, 4));
    for (Tree& item : items) item = random_node(random, levels);
    return items;
}

Dict random_dict(std::mt19937_64& random, int levels, std::size_t n) {
    Dict dict;
    for (std::size_t i = 0; i < n; ++i) dict[random_key(random)] = random_node(random, levels);
    return dict;
}

NamedTuple random_named_tuple(std::mt19937_64& random, int levels) {
    NamedTuple named_tuple{.type = "State" + std::to_string(below(random, 3)), .fields = {}};
    for (Tree& item : random_items(random, levels)) {
        const std::string name = "f/" + std::to_string(named_tuple.fields.size());
        named_tuple.fields.push_back({name, std::move(item)});
    }
    return named_tuple;
}

Tree random_node(std::mt19937_64& random, int levels) {
    if (levels == 0) return random_leaf(random);
    switch (below(random, 8)) {
        case 0:
            return None();
        case 1:
            return List{random_items(random, levels - 1)};
        case 2:
            return Tuple{random_items(random, levels - 1)};
        case 3:
            return random_named_tuple(random, levels - 1);
        case 4:
        case 5:
            return random_dict(random, levels - 1, below(random, 5));
        default:
            return random_leaf(random);
    }
}

Tree tensors_of_every_dtype() {
    std::mt19937_64 random(1);
    Dict tensors;
    for (const DType dtype : all_dtypes()) {
        const std::string name(dtype_name(dtype));
        tensors[name] = random_tensor(random, dtype, {3, 4});
        tensors[name + "_0d"] = random_tensor(random, dtype, {});
        tensors[name + "_empty"] = random_tensor(random, dtype, {2, 0, 3});
    }
    tensors["rank 5"] = random_tensor(random, DType::float32, {2, 1, 3, 1, 2});
    return tensors;
}

Tree scalars_of_every_kind() {
    using Limits = std::numeric_limits<std::int64_t>;
    const double nan_with_payload = std::bit_cast<double>(0xFFF8'0000'DEAD'BEEFULL);
    return Dict{
        {"int", List{{Tree(0), Tree(-1), Tree(Limits::min()), Tree(Limits::max())}}},
        {"float", List{{Tree(0.0), Tree(-0.0), Tree(0.1), Tree(nan_with_payload),
                        Tree(-std::numeric_limits<double>::infinity()), Tree(5e-324)}}},
        {"bool", List{{Tree(false), Tree(true)}}},
        {"complex", List{{Tree(std::complex<double>(-0.0, nan_with_payload))}}},
        {"string", List{{Tree(""), Tree("text"), Tree(std::string("a\0b", 3)),
                         Tree("\u00e9 \U0001F600 \"'")}}},
        {"bytes", List{{Tree(Bytes{}), Tree(Bytes{std::byte{0}, std::byte{255}})}}},
    };
}

Tree containers_of_every_kind() {
    const NamedTuple adam{.type = "AdamState",
                          .fields = {{"nu", Tree(2.0)}, {"mu", Tree(1.0)}, {"a/~b", None()}}};
    return Dict{
        {"none", None()},
        {"dict", Dict{}},
        {"list", List{}},
        {"tuple", Tuple{}},
        {"namedtuple", NamedTuple{.type = "Empty", .fields = {}}},
        {"full list", List{{Tree(1), Tree(Tuple{{Tree(2), Tree(None())}}), Tree(List{})}}},
        {"full tuple", Tuple{{Tree(List{{Tree(1)}}), Tree(Dict{{"k", 1}})}}},
        {"full namedtuple", adam},
    };
}

Tree dict_with_awkward_keys() {
    Dict dict;
    std::int64_t i = 0;
    for (const Key& key : awkward_keys()) dict[key] = Tree(i++);
    return dict;
}

}  // namespace

Tree random_tree(std::mt19937_64& random) {
    return random_dict(random, 4, 5 + below(random, 5));
}

Tensor random_tensor(std::mt19937_64& random, DType dtype, Shape shape) {
    const std::size_t n = nbytes_of(dtype, shape);
    const std::shared_ptr<std::byte[]> bytes = allocate_bytes(n);
    for (std::size_t i = 0; i < n; ++i) bytes.get()[i] = random_byte(random, dtype);
    return Tensor::adopt(dtype, std::move(shape), {bytes.get(), n}, bytes);
}

Tree tree_of_every_kind() {
    return Dict{
        {"tensors", tensors_of_every_dtype()},
        {"scalars", scalars_of_every_kind()},
        {"containers", containers_of_every_kind()},
        {"keys", dict_with_awkward_keys()},
    };
}

std::vector<Key> awkward_keys() {
    return {
        "",
        "/",
        "~",
        "~0",
        "~1",
        "a/b",
        "a~b",
        ".",
        "..",
        "a.b",
        "'",
        "\"",
        "\\",
        "*",
        "**",
        " ",
        "\n\t\x01\x7f",
        "\u00e9",
        "\u4e16\u754c",
        "\U0001F600",
        "%",
        "$.a[0]",
        "null",
        0,
        3,
        -3,
        "0",
        "3",
        "-3",
        "#",
        "#3",
        "##3",
        "#-3",
        "#03",
        "#x",
        "03",
        std::numeric_limits<std::int64_t>::min(),
        std::numeric_limits<std::int64_t>::max(),
    };
}

}  // namespace ckptlite::test
