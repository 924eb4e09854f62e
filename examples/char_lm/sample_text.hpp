// SPDX-License-Identifier: MIT
// Text from a trained model. A pure function; any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "model.hpp"

namespace char_lm {

/// `n` characters, each drawn with the probability the model gives it after the ones before, made
/// a little bolder. `prompt` is what the first one follows: kContext tokens. The same seed gives
/// the same text. Control characters come out as spaces.
std::string sample_text(const Parameters& parameters, std::span<const std::uint8_t> vocabulary,
                        std::span<const Token> prompt, std::size_t n, std::uint64_t seed);

}  // namespace char_lm
