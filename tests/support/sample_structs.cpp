// SPDX-License-Identifier: MIT
#include "support/sample_structs.hpp"

namespace sample {
namespace {

using ckptlite::Bfloat16;
using ckptlite::Dict;
using ckptlite::Float16;
using ckptlite::Tensor;

Dense dense(float x) {
    return {.kernel = {x, x + 1, x + 2, x + 3}, .bias = {-x, 0.5F}};
}

Values values(unsigned seed) {
    const auto x = static_cast<float>(seed);
    return {.yes = seed % 2 == 1,
            .letter = static_cast<char>('a' + seed),
            .small = static_cast<std::int8_t>(-100 - static_cast<int>(seed)),
            .large = -(std::int64_t{1} << 62) - seed,
            .positive = 4'000'000'000U + seed,
            .random = 0xFFFF'FFFF'FFFF'FF00U + seed,
            .single = 0.1F + x,
            .twice = 0.1 + seed,
            .wave = {x, -0.0F},
            .wider_wave = {0.1, x},
            .half = Float16(x),
            .phase = seed % 2 == 1 ? Phase::training : Phase::warmup,
            .level = seed % 2 == 1 ? Level::high : Level::low,
            .text = "text " + std::to_string(seed),
            .bytes = {std::byte{0}, static_cast<std::byte>(seed)}};
}

Tensors tensors(unsigned seed) {
    const auto x = static_cast<float>(seed);
    return {.doubles = {x, 2, 3},
            .waves = {{x, 1}, {0, x}},
            .brain = {Bfloat16(x), Bfloat16(-1.0F)},
            .states = {seed, ~std::uint64_t{0}},
            .counts = {static_cast<int>(seed), -2, 3},
            .points = {{x, 2, 3}, {4, 5, x}},
            .matrix = {{{x, 2}, {3, 4}, {5, x}}},
            .palette = {static_cast<std::uint16_t>(seed), 2, 3, 65'535},
            .mask = {seed % 2 == 1, true, false},
            .tensor = Tensor::own<float>({x, 1, 2, 3, 4, 5}, {2, 3})};
}

Containers containers(unsigned seed) {
    const auto x = static_cast<float>(seed);
    const int n = static_cast<int>(seed);
    const std::string text = std::to_string(seed);
    return {.layers = {dense(x), dense(x + 1), {}},
            .words = {text, "\xC3\xA9"},
            .numbers = {n, 2, 3},
            .names = {"a", text},
            .by_name = {{"a/b~c", {x, 2}}, {"#7", {x}}, {"", {}}},
            .by_number = {{-3, text}, {7, "seven"}},
            .optimizers = {{"first", {x}}, {"second", {2}}},
            .losses = {{100, x}, {200, 2}},
            .pair = {n, text},
            .tuple = {true, {x}, {}},
            .something = Sgd{x},
            .nothing = {},
            .owned = std::make_unique<Dense>(dense(x)),
            .not_owned = {},
            .optimizer = Adam{.count = n, .mu = dense(x), .nu = dense(-x)},
            .none = {}};
}

Node node(unsigned seed) {
    Node first{.value = static_cast<int>(seed), .next = std::make_unique<Node>(), .children = {}};
    first.next->value = 2;
    first.children.resize(2);
    first.children[1].value = static_cast<int>(seed + 1);
    first.children[1].children.resize(1);
    return first;
}

}  // namespace

State filled_state(unsigned seed) {
    const auto x = static_cast<float>(seed);
    return {.values = values(seed),
            .tensors = tensors(seed),
            .containers = containers(seed),
            .node = node(seed),
            .average = Averaged<double>(seed),
            .any = Dict{{"a", Tensor::own<float>({x}, {1})}, {"b", 7}}};
}

}  // namespace sample
