// SPDX-License-Identifier: MIT
// Makes what test_python_reader.py reads: FOLDER/fixture.db with a run for each compression, and
// what its leaves should be as FOLDER/expected.json, which points into FOLDER/expected.bin.
#include <array>
#include <bit>
#include <cmath>
#include <concepts>
#include <cstdint>
#include <fstream>
#include <iostream>
#include <limits>
#include <nlohmann/json.hpp>
#include <random>

#include "ckptlite/store.hpp"
#include "support/random_tree.hpp"
#include "tree/leaf_kind.hpp"
#include "tree/scalar_bytes.hpp"

namespace ckptlite::test {
namespace {

using nlohmann::json;

/// Fills more than one chunk, the last one not fully.
constexpr std::int64_t kLargeBytes = (2 << 20) + 80'000;

/// Numbers near each other, so that every codec has something to gain, of both signs, which the
/// rotation of elements moves.
template <typename T>
Tensor smooth(std::mt19937_64& random) {
    std::vector<T> elements(static_cast<std::size_t>(kLargeBytes) / sizeof(T));
    for (T& element : elements) {
        const double number = static_cast<double>(random() % 1'000) / 16;
        const bool negative = !std::unsigned_integral<T> && random() % 2 == 0;
        element = static_cast<T>(negative ? -number : number);
    }
    const auto n = static_cast<std::int64_t>(elements.size());
    return Tensor::own(std::move(elements), {2, n / 2});
}

/// The upper halves of float32 numbers are what bfloat16 is.
Tensor smooth_bfloat16(std::mt19937_64& random) {
    const Tensor floats = smooth<float>(random);
    std::vector<std::uint16_t> halves;
    for (const float number : floats.as<float>())
        halves.push_back(static_cast<std::uint16_t>(std::bit_cast<std::uint32_t>(number) >> 16));
    const auto n = static_cast<std::int64_t>(halves.size());
    return Tensor::copy(DType::bfloat16, {n}, std::as_bytes(std::span(halves)));
}

Tree large_leaves(std::mt19937_64& random) {
    return Dict{
        {"uint8", smooth<std::uint8_t>(random)},
        {"int16", smooth<std::int16_t>(random)},
        {"int32", smooth<std::int32_t>(random)},
        {"uint64", smooth<std::uint64_t>(random)},
        {"float32", smooth<float>(random)},
        {"float64", smooth<double>(random)},
        {"complex128", smooth<std::complex<double>>(random)},
        {"bfloat16", smooth_bfloat16(random)},
        {"random float16", random_tensor(random, DType::float16, {kLargeBytes / 2})},
        {"zeros", Tensor::own(std::vector<float>(kLargeBytes / 4), {kLargeBytes / 4})},
        {"string", std::string(10'000, 'x') + "\u00e9"},
        {"bytes", Bytes(10'000, std::byte{7})},
    };
}

Bytes bytes_of(const Tree& leaf) {
    if (pytree::kind_of(leaf) != pytree::LeafKind::tensor)
        return pytree::scalar_to_bytes(leaf.scalar());
    const auto bytes = leaf.tensor().bytes();
    return {bytes.begin(), bytes.end()};
}

/// A list, since the order of the leaves is part of the format.
json describe(const Tree& tree, std::ofstream& contents) {
    json leaves = json::array();
    for_each_leaf(tree, [&](const std::string& path, const Tree& leaf) {
        const Bytes bytes = bytes_of(leaf);
        const auto kind = pytree::kind_of(leaf);
        json row{{"path", path}, {"kind", pytree::kind_name(kind)}};
        row["first"] = static_cast<std::int64_t>(contents.tellp());
        row["nbytes"] = bytes.size();
        if (kind == pytree::LeafKind::tensor) {
            row["dtype"] = dtype_name(leaf.tensor().dtype());
            row["shape"] = leaf.tensor().shape();
        }
        contents.write(reinterpret_cast<const char*>(bytes.data()),
                       static_cast<std::streamsize>(bytes.size()));
        leaves.push_back(std::move(row));
    });
    return leaves;
}

void make_fixture(const std::string& folder) {
    struct Run {
        const char* name;
        Compression compression;
    };
    constexpr std::array kRuns{Run{"planes", Compression::planes}, Run{"zlib", Compression::zlib},
                               Run{"none", Compression::none}};
    std::mt19937_64 random(7);
    std::ofstream contents(folder + "/expected.bin", std::ios::binary);
    json expected;
    for (const DType dtype : all_dtypes()) expected["dtypes"].push_back(dtype_name(dtype));
    for (const Run& run : kRuns) {
        // New numbers for each run: a chunk that is known is not encoded again.
        const Tree tree = Dict{{"small", tree_of_every_kind()}, {"large", large_leaves(random)}};
        Store store(folder + "/fixture.db", {.compression = run.compression, .threads = 2});
        constexpr double kInf = std::numeric_limits<double>::infinity();
        store.save(tree, {.run = run.name,
                          .step = 3,
                          .metrics = {{"eval", {{"loss", 0.25}, {"n", std::nan("")}}},
                                      {"größe", {{"\"x\"", -kInf}}}}});
        store.close();
        expected["runs"][run.name] = describe(tree, contents);
    }
    std::ofstream(folder + "/expected.json") << expected;
}

}  // namespace
}  // namespace ckptlite::test

int main(int argc, char** argv) {
    if (argc != 2) {
        std::cerr << "usage: make_reader_fixture FOLDER\n";
        return 2;
    }
    try {
        ckptlite::test::make_fixture(argv[1]);
    } catch (const std::exception& error) {
        std::cerr << error.what() << '\n';
        return 1;
    }
}
