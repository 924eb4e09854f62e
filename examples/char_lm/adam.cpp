// SPDX-License-Identifier: MIT
#include "adam.hpp"

#include <cmath>

namespace char_lm {
namespace {

constexpr double kLearningRate = 2e-3;
constexpr double kHalvedAfter = 1500;  // steps
constexpr float kBeta1 = 0.9f;
constexpr float kBeta2 = 0.99f;
constexpr float kEpsilon = 1e-8f;

}  // namespace

void adam_step(const Parameters& gradients, AdamState& state, Parameters& parameters) {
    const double t = static_cast<double>(++state.count);
    const double rate = kLearningRate / (1 + t / kHalvedAfter);
    // Both moments start at zero; dividing by 1 - beta^t takes that bias out.
    const float step = static_cast<float>(rate / (1 - std::pow(kBeta1, t)));
    const float nu_scale = static_cast<float>(1 / (1 - std::pow(kBeta2, t)));

    const auto all_gradients = gradients.arrays();
    const auto all_mu = state.mu.arrays();
    const auto all_nu = state.nu.arrays();
    const auto all_weights = parameters.arrays();
    for (std::size_t array = 0; array < all_weights.size(); ++array) {
        const float* g = all_gradients[array]->data();
        float* __restrict__ mu = all_mu[array]->data();
        float* __restrict__ nu = all_nu[array]->data();
        float* __restrict__ weight = all_weights[array]->data();
        const std::size_t n = all_weights[array]->size();
        for (std::size_t i = 0; i < n; ++i) {
            mu[i] = kBeta1 * mu[i] + (1 - kBeta1) * g[i];
            nu[i] = kBeta2 * nu[i] + (1 - kBeta2) * g[i] * g[i];
            weight[i] -= step * mu[i] / (std::sqrt(nu[i] * nu_scale) + kEpsilon);
        }
    }
}

}  // namespace char_lm
