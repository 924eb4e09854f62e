// SPDX-License-Identifier: MIT
#include "model.hpp"

#include <algorithm>
#include <cmath>

#include "matrix.hpp"

namespace char_lm {
namespace {

/// The activations that the way back needs, too.
struct Activations {
    std::vector<float> embedded;           ///< [n, kContext * kEmbedding]
    std::vector<float> hidden;             ///< [n, hidden], after tanh
    std::vector<float> log_probabilities;  ///< [n, vocabulary]
};

std::vector<float> repeated(const std::vector<float>& row, std::size_t n) {
    std::vector<float> rows;
    rows.reserve(n * row.size());
    for (std::size_t i = 0; i < n; ++i) rows.insert(rows.end(), row.begin(), row.end());
    return rows;
}

/// c += a b^T of the way back: the gradient of a product's left side.
void add_product_transposed(std::span<const float> a, std::span<const float> b, std::span<float> c,
                            std::size_t columns_of_b) {
    add_product(a, transposed(b, columns_of_b), c, b.size() / columns_of_b);
}

void add_column_sums(std::span<const float> rows, std::span<float> sums) {
    for (std::size_t i = 0; i < rows.size(); i += sums.size()) {
        for (std::size_t j = 0; j < sums.size(); ++j) sums[j] += rows[i + j];
    }
}

void log_softmax(std::span<float> row) {
    const float highest = *std::max_element(row.begin(), row.end());
    float sum = 0;
    for (const float score : row) sum += std::exp(score - highest);
    const float shift = highest + std::log(sum);
    for (float& score : row) score -= shift;
}

std::vector<float> embed(const Parameters& parameters, std::span<const Token> inputs) {
    std::vector<float> embedded(inputs.size() * kEmbedding);
    for (std::size_t i = 0; i < inputs.size(); ++i) {
        std::copy_n(&parameters.embedding[inputs[i] * kEmbedding], kEmbedding,
                    &embedded[i * kEmbedding]);
    }
    return embedded;
}

Activations forward(const Parameters& parameters, std::span<const Token> inputs) {
    const std::size_t n = inputs.size() / kContext;
    const std::size_t vocabulary = parameters.output_bias.size();

    Activations a{embed(parameters, inputs), repeated(parameters.hidden_bias, n),
                  repeated(parameters.output_bias, n)};
    add_product(a.embedded, parameters.hidden_kernel, a.hidden, parameters.hidden_bias.size());
    for (float& value : a.hidden) value = std::tanh(value);
    add_product(a.hidden, parameters.output_kernel, a.log_probabilities, vocabulary);
    for (std::size_t i = 0; i < n; ++i) {
        log_softmax(std::span(a.log_probabilities).subspan(i * vocabulary, vocabulary));
    }
    return a;
}

double mean_loss(std::span<const float> log_probabilities, std::span<const Token> targets) {
    const std::size_t vocabulary = log_probabilities.size() / targets.size();
    double sum = 0;
    for (std::size_t i = 0; i < targets.size(); ++i) {
        sum -= static_cast<double>(log_probabilities[i * vocabulary + targets[i]]);
    }
    return sum / static_cast<double>(targets.size());
}

/// Of the mean loss by the scores before the softmax: (probability - target) / n.
std::vector<float> score_gradients(std::span<const float> log_probabilities,
                                   std::span<const Token> targets) {
    const std::size_t vocabulary = log_probabilities.size() / targets.size();
    const float scale = 1.0f / static_cast<float>(targets.size());
    std::vector<float> gradients(log_probabilities.size());
    for (std::size_t i = 0; i < gradients.size(); ++i) {
        gradients[i] = scale * std::exp(log_probabilities[i]);
    }
    for (std::size_t i = 0; i < targets.size(); ++i)
        gradients[i * vocabulary + targets[i]] -= scale;
    return gradients;
}

void fill_uniform(std::vector<float>& array, float limit, SplitMix64& random) {
    for (float& value : array) value = limit * (2 * random.uniform() - 1);
}

}  // namespace

Parameters::Parameters(const Layout& layout)
    : embedding(layout.vocabulary * kEmbedding),
      hidden_kernel(kContext * kEmbedding * layout.hidden),
      hidden_bias(layout.hidden),
      output_kernel(layout.hidden * layout.vocabulary),
      output_bias(layout.vocabulary) {}

Parameters random_parameters(const Layout& layout, SplitMix64& random) {
    const auto limit = [](std::size_t fan_in) {
        return std::sqrt(3.0f / static_cast<float>(fan_in));
    };
    Parameters parameters(layout);
    fill_uniform(parameters.embedding, 1.0f, random);
    fill_uniform(parameters.hidden_kernel, limit(kContext * kEmbedding), random);
    fill_uniform(parameters.output_kernel, limit(layout.hidden), random);
    return parameters;
}

std::vector<float> log_probabilities(const Parameters& parameters, std::span<const Token> inputs) {
    return forward(parameters, inputs).log_probabilities;
}

double loss(const Parameters& parameters, const Batch& batch) {
    return mean_loss(log_probabilities(parameters, batch.inputs), batch.targets);
}

double loss_and_gradients(const Parameters& parameters, const Batch& batch, Parameters& gradients) {
    const std::size_t hidden = parameters.hidden_bias.size();
    const std::size_t vocabulary = parameters.output_bias.size();
    const std::size_t width = kContext * kEmbedding;
    for (std::vector<float>* array : gradients.arrays())
        std::fill(array->begin(), array->end(), 0.0f);

    const Activations a = forward(parameters, batch.inputs);
    const auto d_scores = score_gradients(a.log_probabilities, batch.targets);
    add_product(transposed(a.hidden, hidden), d_scores, gradients.output_kernel, vocabulary);
    add_column_sums(d_scores, gradients.output_bias);

    std::vector<float> d_hidden(a.hidden.size());
    add_product_transposed(d_scores, parameters.output_kernel, d_hidden, vocabulary);
    for (std::size_t i = 0; i < d_hidden.size(); ++i) d_hidden[i] *= 1 - a.hidden[i] * a.hidden[i];
    add_product(transposed(a.embedded, width), d_hidden, gradients.hidden_kernel, hidden);
    add_column_sums(d_hidden, gradients.hidden_bias);

    std::vector<float> d_embedded(a.embedded.size());
    add_product_transposed(d_hidden, parameters.hidden_kernel, d_embedded, hidden);
    for (std::size_t i = 0; i < batch.inputs.size(); ++i) {
        float* row = &gradients.embedding[batch.inputs[i] * kEmbedding];
        for (std::size_t j = 0; j < kEmbedding; ++j) row[j] += d_embedded[i * kEmbedding + j];
    }
    return mean_loss(a.log_probabilities, batch.targets);
}

double norm(const Parameters& parameters) {
    double sum = 0;
    for (const std::vector<float>* array : parameters.arrays()) {
        for (const float value : *array)
            sum += static_cast<double>(value) * static_cast<double>(value);
    }
    return std::sqrt(sum);
}

}  // namespace char_lm
