// SPDX-License-Identifier: MIT
// A struct with a member of every type that to_tree() takes, in a namespace of a program's own.
// Functions of their arguments only. Objects are compared by their trees: tensors by their bytes.
#pragma once

#include <array>
#include <complex>
#include <cstdint>
#include <deque>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

#include "ckptlite/float16.hpp"
#include "ckptlite/struct_tree.hpp"

namespace sample {

struct Dense {
    std::vector<float> kernel, bias;
};
CKPTLITE_TREE(Dense, dict, kernel, bias);

struct Adam {
    std::int64_t count = 0;
    Dense mu, nu;
};
CKPTLITE_TREE(Adam, namedtuple, count, mu, nu);

struct Sgd {
    float rate = 0;
};
CKPTLITE_TREE(Sgd, namedtuple, rate);

enum class Phase { warmup, training };
CKPTLITE_ENUM(Phase, warmup, training);

enum class Level : std::uint8_t { low, high };

/// A linked list and a tree at once.
struct Node {
    int value = 0;
    std::unique_ptr<Node> next;
    std::vector<Node> children;
};
CKPTLITE_TREE(Node, namedtuple, value, next, children);

template <typename T>
class Averaged {
public:
    Averaged() = default;
    explicit Averaged(T mean) : mean_(mean) {}

private:
    T mean_{};
    std::uint64_t n_ = 0;
    CKPTLITE_TREE_FRIEND(Averaged, namedtuple, mean_, n_);
};

struct Values {
    bool yes = false;
    char letter = ' ';
    std::int8_t small = 0;
    std::int64_t large = 0;
    std::uint32_t positive = 0;
    std::uint64_t random = 0;
    float single = 0;
    double twice = 0;
    std::complex<float> wave;
    std::complex<double> wider_wave;
    ckptlite::Float16 half;
    Phase phase = Phase::warmup;
    Level level = Level::low;
    std::string text;
    ckptlite::Bytes bytes;
};
CKPTLITE_TREE(Values, namedtuple, yes, letter, small, large, positive, random, single, twice, wave,
              wider_wave, half, phase, level, text, bytes);

struct Tensors {
    std::vector<double> doubles;
    std::vector<std::complex<float>> waves;
    std::vector<ckptlite::Bfloat16> brain;
    std::vector<std::uint64_t> states;
    std::array<std::int32_t, 3> counts{};
    std::vector<std::array<float, 3>> points;
    std::array<std::array<double, 2>, 3> matrix{};
    std::uint16_t palette[4] = {};
    std::vector<bool> mask;
    ckptlite::Tensor tensor;
};
CKPTLITE_TREE(Tensors, dict, doubles, waves, brain, states, counts, points, matrix, palette, mask,
              tensor);

struct Containers {
    std::vector<Dense> layers;
    std::deque<std::string> words;
    std::list<int> numbers;
    std::array<std::string, 2> names;
    std::map<std::string, std::vector<double>> by_name;
    std::map<int, std::string> by_number;
    std::unordered_map<std::string, Sgd> optimizers;
    std::unordered_map<std::int64_t, double> losses;
    std::pair<int, std::string> pair;
    std::tuple<bool, std::vector<float>, std::tuple<>> tuple;
    std::optional<Sgd> something, nothing;
    std::unique_ptr<Dense> owned, not_owned;
    std::variant<std::monostate, Adam, Sgd, double> optimizer;
    std::variant<std::monostate, int> none;
};
CKPTLITE_TREE(Containers, namedtuple, layers, words, numbers, names, by_name, by_number, optimizers,
              losses, pair, tuple, something, nothing, owned, not_owned, optimizer, none);

struct State {
    Values values;
    Tensors tensors;
    Containers containers;
    Node node;
    Averaged<double> average;
    ckptlite::Tree any;
};
CKPTLITE_TREE(State, namedtuple, values, tensors, containers, node, average, any);

/// All of it filled, with other values for another seed, but of the same form.
State filled_state(unsigned seed);

/// A copy of the object's tree that borrows nothing.
template <typename T>
ckptlite::Tree image_of(const T& object) {
    ckptlite::Tree image;
    ckptlite::restore_into(ckptlite::to_tree(object), image);
    return image;
}

}  // namespace sample
