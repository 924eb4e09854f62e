// SPDX-License-Identifier: MIT
#include "sample_text.hpp"

#include <cmath>

namespace char_lm {
namespace {

constexpr float kTemperature = 0.6f;

Token draw(std::span<const float> log_probabilities, SplitMix64& random) {
    std::vector<float> weights;
    float total = 0;
    for (const float value : log_probabilities) {
        weights.push_back(std::exp(value / kTemperature));
        total += weights.back();
    }
    float rest = random.uniform() * total;
    for (std::size_t token = 0; token + 1 < weights.size(); ++token) {
        rest -= weights[token];
        if (rest < 0) return static_cast<Token>(token);
    }
    return static_cast<Token>(weights.size() - 1);
}

char printable(std::uint8_t byte) {
    const bool is_control = (byte < ' ' && byte != '\n') || byte == 0x7F;
    return is_control ? ' ' : static_cast<char>(byte);
}

}  // namespace

std::string sample_text(const Parameters& parameters, std::span<const std::uint8_t> vocabulary,
                        std::span<const Token> prompt, std::size_t n, std::uint64_t seed) {
    SplitMix64 random{seed};
    std::vector<Token> window(prompt.begin(), prompt.end());
    std::string text;
    while (text.size() < n) {
        const Token token = draw(log_probabilities(parameters, window), random);
        text.push_back(printable(vocabulary[token]));
        window.erase(window.begin());
        window.push_back(token);
    }
    return text;
}

}  // namespace char_lm
