// SPDX-License-Identifier: MIT
// The model: the embeddings of the last few characters side by side, one hidden layer of tanh, and
// a score for each character that may come next. Loss and gradients are written out by hand.
//
// Arrays are plain vectors in C order: whoever makes a checkpoint borrows them, whoever restores
// one copies into them. Free functions without state; distinct parameters, distinct threads.
#pragma once

#include <array>
#include <cstddef>
#include <vector>

#include "corpus.hpp"
#include "random.hpp"

namespace char_lm {

inline constexpr std::size_t kContext = 16;    ///< characters the model looks back
inline constexpr std::size_t kEmbedding = 24;  ///< numbers a character

/// What determines the shapes of all arrays.
struct Layout {
    std::size_t vocabulary = 0;
    std::size_t hidden = 192;
};

/// The weights, and whatever has their shapes: gradients, Adam's moments.
struct Parameters {
    /// All zero.
    explicit Parameters(const Layout& layout);

    std::vector<float> embedding;      ///< [vocabulary, kEmbedding]
    std::vector<float> hidden_kernel;  ///< [kContext * kEmbedding, hidden]
    std::vector<float> hidden_bias;    ///< [hidden]
    std::vector<float> output_kernel;  ///< [hidden, vocabulary]
    std::vector<float> output_bias;    ///< [vocabulary]

    std::array<std::vector<float>*, 5> arrays() {
        return {&embedding, &hidden_kernel, &hidden_bias, &output_kernel, &output_bias};
    }
    std::array<const std::vector<float>*, 5> arrays() const {
        return {&embedding, &hidden_kernel, &hidden_bias, &output_kernel, &output_bias};
    }
};

/// Uniform weights that keep the variance from layer to layer; biases zero.
Parameters random_parameters(const Layout& layout, SplitMix64& random);

/// For each window of kContext tokens in `inputs` a row of [vocabulary]: the logarithm of the
/// probability of each next token.
std::vector<float> log_probabilities(const Parameters& parameters, std::span<const Token> inputs);

/// Mean cross entropy in nats a character.
double loss(const Parameters& parameters, const Batch& batch);

/// The same, and its gradients in `gradients`, whose old content is lost.
double loss_and_gradients(const Parameters& parameters, const Batch& batch, Parameters& gradients);

/// Euclidean, over all arrays.
double norm(const Parameters& parameters);

}  // namespace char_lm
