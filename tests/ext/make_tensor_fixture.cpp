// SPDX-License-Identifier: MIT
// Makes what test_extension.py asks: FOLDER/planes.db and FOLDER/raw.db, the same two checkpoints,
// encoded and as they are. A leaf of each dtype, some with NaN and infinities, some of several
// chunks, and scalars.
#include <array>
#include <exception>
#include <iostream>
#include <limits>
#include <random>
#include <string>

#include "ckptlite/store.hpp"
#include "support/random_tree.hpp"

namespace ckptlite::test {
namespace {

const Shape kShape{30, 50};
constexpr std::size_t kLong = 700'000;  // two chunks of float32

/// Around 2, so that a mean is not all cancellation.
template <typename Float>
std::vector<Float> normal_values(std::mt19937_64& random, std::size_t n) {
    std::normal_distribution<double> normal(2, 3);
    std::vector<Float> values(n);
    for (Float& value : values) value = static_cast<Float>(normal(random));
    return values;
}

template <typename Float>
Tensor floats(std::mt19937_64& random, DType dtype, std::size_t parts) {
    using Limits = std::numeric_limits<Float>;
    std::vector<Float> values = normal_values<Float>(random, 1500 * parts);
    values[7] = Limits::quiet_NaN();
    values[110] = Limits::infinity();
    values[1301] = -Limits::infinity();
    return Tensor::copy(dtype, kShape, std::as_bytes(std::span(values)));
}

Tensor tensor_of(std::mt19937_64& random, DType dtype) {
    switch (dtype) {
        case DType::float32:
            return floats<float>(random, dtype, 1);
        case DType::float64:
            return floats<double>(random, dtype, 1);
        case DType::complex64:
            return floats<float>(random, dtype, 2);
        case DType::complex128:
            return floats<double>(random, dtype, 2);
        default:
            return random_tensor(random, dtype, kShape);
    }
}

Tree tree_of(std::uint64_t seed) {
    std::mt19937_64 random(seed);
    Dict tree{
        {"long",
         Tensor::own(normal_values<float>(random, kLong), {7, static_cast<int>(kLong / 7)})},
        {"long16", random_tensor(random, DType::bfloat16, {1'100'000})},
        {"scalars", Dict{{"int", -7}, {"float", 2.5}, {"bool", true}, {"text", "adam"}}},
        {"empty", Tensor::own(std::vector<float>{}, {0, 4})},
        {"nan", Tensor::own(std::vector<float>{std::numeric_limits<float>::quiet_NaN()}, {})}};
    Dict dtypes;
    for (const DType dtype : all_dtypes()) {
        dtypes[std::string(dtype_name(dtype))] = tensor_of(random, dtype);
    }
    tree["dtype"] = std::move(dtypes);
    return tree;
}

void make_fixture(const std::string& folder) {
    constexpr std::array kFiles{std::pair{"/planes.db", Compression::planes},
                                std::pair{"/raw.db", Compression::none}};
    for (const auto& [name, compression] : kFiles) {
        Store store(folder + name, {.compression = compression, .threads = 1});
        store.save(tree_of(1), {.step = 1});
        store.save(tree_of(2), {.step = 2});
        store.close();
    }
}

}  // namespace
}  // namespace ckptlite::test

int main(int argc, char** argv) {
    if (argc != 2) {
        std::cerr << "usage: make_tensor_fixture FOLDER\n";
        return 2;
    }
    try {
        ckptlite::test::make_fixture(argv[1]);
        return 0;
    } catch (const std::exception& error) {
        std::cerr << "make_tensor_fixture: " << error.what() << '\n';
        return 1;
    }
}
