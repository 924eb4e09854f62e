// SPDX-License-Identifier: MIT
#include "training_state.hpp"

#include <algorithm>
#include <string_view>

namespace char_lm {
namespace {

using ckptlite::Dict;
using ckptlite::NamedTuple;
using ckptlite::Tensor;
using ckptlite::Tree;

Tree borrow(const std::vector<float>& array, std::size_t rows, std::size_t columns) {
    return Tensor::borrow(array,
                          {static_cast<std::int64_t>(rows), static_cast<std::int64_t>(columns)});
}

Tree borrow(const std::vector<float>& array) {
    return Tensor::borrow(array, {static_cast<std::int64_t>(array.size())});
}

Tree to_tree(const Parameters& p) {
    const std::size_t hidden = p.hidden_bias.size();
    const std::size_t vocabulary = p.output_bias.size();
    return Dict{
        {"embedding", Dict{{"kernel", borrow(p.embedding, vocabulary, kEmbedding)}}},
        {"hidden", Dict{{"kernel", borrow(p.hidden_kernel, kContext * kEmbedding, hidden)},
                        {"bias", borrow(p.hidden_bias)}}},
        {"output", Dict{{"kernel", borrow(p.output_kernel, hidden, vocabulary)},
                        {"bias", borrow(p.output_bias)}}},
    };
}

void copy(const Tree& tree, std::string_view path, std::vector<float>& array) {
    std::ranges::copy(tree.at(path).tensor().as<float>(), array.begin());
}

void copy(const Tree& tree, Parameters& p) {
    copy(tree, "/embedding/kernel", p.embedding);
    copy(tree, "/hidden/kernel", p.hidden_kernel);
    copy(tree, "/hidden/bias", p.hidden_bias);
    copy(tree, "/output/kernel", p.output_kernel);
    copy(tree, "/output/bias", p.output_bias);
}

}  // namespace

ckptlite::CheckpointFile to_checkpoint(const TrainingState& state,
                                       std::span<const std::uint8_t> vocabulary) {
    const auto n_tokens = static_cast<std::int64_t>(vocabulary.size());
    return {
        .model_params = to_tree(state.parameters),
        .model_state = Dict{{"random", Tensor::borrow(std::span(&state.random.state, 1), {})},
                            {"vocabulary", Tensor::borrow(vocabulary, {n_tokens})}},
        .optimizer_state = NamedTuple{.type = "AdamState",
                                      .fields = {{"count", state.adam.count},
                                                 {"mu", to_tree(state.adam.mu)},
                                                 {"nu", to_tree(state.adam.nu)}}},
        .step = state.step(),
    };
}

void restore(const ckptlite::CheckpointFile& checkpoint, TrainingState& state) {
    state.random.state = checkpoint.model_state.at("/random").tensor().as<std::uint64_t>()[0];
    copy(checkpoint.model_params, state.parameters);
    const Tree& adam = checkpoint.optimizer_state;
    state.adam.count = adam.at("/count").scalar().as<std::int64_t>();
    copy(adam.at("/mu"), state.adam.mu);
    copy(adam.at("/nu"), state.adam.nu);
}

std::span<const std::uint8_t> vocabulary_of(const ckptlite::CheckpointFile& checkpoint) {
    return checkpoint.model_state.at("/vocabulary").tensor().as<std::uint8_t>();
}

}  // namespace char_lm
