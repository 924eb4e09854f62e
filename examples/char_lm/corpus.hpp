// SPDX-License-Identifier: MIT
// The texts to learn from: read, cut into a part to train on and a part to evaluate on, and
// written as tokens. A token is the position of a byte in the vocabulary, which is every byte that
// occurs anywhere in the texts. Long runs of one character are cut short. A plain value.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "random.hpp"

namespace char_lm {

using Token = std::uint8_t;

struct Corpus {
    std::vector<std::uint8_t> vocabulary;  ///< ascending; at most 256 bytes, so a token is a byte
    std::vector<Token> training;           ///< the first nine tenths of each text
    std::vector<Token> held_out;           ///< the last tenth of each
};

/// Throws ckptlite::IoError for a text that cannot be read, and InvalidArgument if together they
/// are too short to cut windows of `context` tokens and the next one from both parts.
Corpus read_corpus(const std::vector<std::string>& files, std::size_t context);

/// Examples to predict from: `inputs` holds `targets.size()` windows of tokens one after another,
/// `targets` the token after each.
struct Batch {
    std::vector<Token> inputs;
    std::vector<Token> targets;
};

/// `n` windows from random places.
Batch random_batch(std::span<const Token> text, std::size_t context, std::size_t n,
                   SplitMix64& random);

/// `n` windows spread evenly over the text, or as many as there are: always the same ones.
Batch even_batch(std::span<const Token> text, std::size_t context, std::size_t n);

}  // namespace char_lm
